import assert from 'node:assert/strict';
import {
  fromLine,
  instructionLine,
} from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/dockerfile-lines.js';
import { sourceLine } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/error-details.js';
import {
  bytes,
  message,
  repeated,
  text,
} from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/message.js';

const dockerfile = `# a comment
FROM alpine:3.19 AS Build
RUN one && \\
    # inside

    two
COPY a b

FROM build
ENV X=1
WORKDIR /w
run  three

FROM --platform=linux/amd64 docker.io/library/busybox
COPY --from=build /x /x
`;

describe('the line of a step', () => {
  const cases = [
    ['[build 1/3] FROM docker.io/library/alpine:3.19@sha256:abc', 2],
    ['[build 2/3] RUN one &&     two', 3],
    ['[linux/amd64 build 3/3] COPY a b', 7],
    ['[stage-1 1/2] WORKDIR /w', 11],
    ['[stage-1 2/2] RUN three', 12],
    ['[stage-2 2/2] COPY --from=build /x /x', 15],
    ['[stage-2 9/9] COPY y y', undefined],
    ['[stage-1 1/2] RUN other', undefined],
    ['exporting to image', undefined],
  ] as const;
  for (const [step, line] of cases)
    it(step, () => {
      assert.equal(instructionLine(dockerfile, step), line);
    });
});

describe('the line of a base image', () => {
  const cases = [
    ['docker.io/library/alpine:3.19', 2],
    ['docker.io/library/busybox:latest', 14],
    ['docker.io/library/other:1', undefined],
  ] as const;
  for (const [image, line] of cases)
    it(image, () => {
      assert.equal(fromLine(dockerfile, image), line);
    });
});

describe('the line in the details of an error', () => {
  const any = message({ type_url: text(1), value: bytes(2) });
  const status = message({ message: text(2), details: repeated(3, any) });
  const details = (type_url: string, value: string): Uint8Array =>
    status.encode({ message: 'm', details: [{ type_url, value: Buffer.from(value) }] });
  const source = '{"info":{"filename":"Dockerfile"},"ranges":[{"start":{"line":4},"end":{"line":5}}]}';

  it('is that of the source', () => {
    assert.equal(sourceLine(details('github.com/moby/buildkit/errdefs.Source+json', source)), 4);
  });

  it('is not taken from another type', () => {
    assert.equal(sourceLine(details('github.com/moby/buildkit/errdefs.Vertex+json', source)), undefined);
  });

  it('is unknown when there are no details, as from Docker 20.10', () => {
    assert.equal(sourceLine(new Uint8Array()), undefined);
  });

  it('is unknown when the source is not understood', () => {
    assert.equal(sourceLine(details('errdefs.Source', '\n\u0003x')), undefined);
  });
});
