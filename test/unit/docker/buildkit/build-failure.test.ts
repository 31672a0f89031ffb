import assert from 'node:assert/strict';
import { buildFailure } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/build-failure.js';
import { failedLine } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/failed-line.js';
import { GrpcError } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/grpc.js';
import type { TaskFailure } from '../../../../tasks/EcrPrivatePush/src/failure.js';
import { errorOf, recording, replay } from './recording.js';

const failureOf = (name: string): TaskFailure => {
  const recorded = recording(name);
  const error = errorOf(recorded);
  const step = replay(name).progress.failed;
  const line = failedLine({ error, step, dockerfile: recorded.dockerfile });
  return buildFailure({ error, step, location: `Dockerfile:${String(line ?? '?')}` });
};

describe('what a recorded failure means', () => {
  const cases = [
    ['failing', 'EPP404', /RUN echo one .* failed, Dockerfile:6/, /exit code 3/, /last lines/],
    [
      'killed',
      'EPP404',
      /RUN exit 137 failed, Dockerfile:4/,
      /137: it was killed. Most likely .* memory/,
      /memory/,
    ],
    ['no-command', 'EPP404', /RUN nosuchcmd/, /did not find a command/, /install/],
    ['bad-user', 'EPP404', /RUN echo x failed, Dockerfile:5/, /^unable to find user nouser/, /Correct/],
    [
      'missing-copy',
      'EPP404',
      /COPY nothere \/x failed, Dockerfile:4/,
      /"\/nothere" not found/,
      /\.dockerignore/,
    ],
    ['arguments', 'EPP404', /COPY 1 \/n failed, Dockerfile:5/, /"\/1" not found/, /path/],
    [
      'parallel-failing',
      'EPP404',
      /echo failing; sleep 1; exit 2 failed, Dockerfile:5/,
      /exit code 2/,
      /lines/,
    ],
    ['syntax', 'EPP405', /Dockerfile:4/, /unknown instruction: FORM/, /name of the instruction/],
    ['missing-target', 'EPP405', /could not be started/, /^target stage nope could not be found/, /target/],
    ['empty', 'EPP405', /could not be started/, /^the Dockerfile cannot be empty/, /FROM/],
    ['base-invalid', 'EPP405', /could not be started/, /must be lowercase/, /lower-case/],
    ['base-notfound', 'EPP407', /base:nope cannot be pulled \(Dockerfile:1\)/, /does not have it/, /tag/],
    ['base-unauthorized', 'EPP407', /127\.0\.0\.1:5056\/base:1/, /refuses the pull/, /config\.json/],
    ['base-forbidden', 'EPP407', /127\.0\.0\.1:5056\/forbid:1/, /refuses the pull/, /config\.json/],
    [
      'base-unreachable',
      'EPP407',
      /alpine:3\.19 .*Dockerfile:1/,
      /cannot reach the registry docker\.io/,
      /pull-through cache/,
    ],
    ['base-refused-connection', 'EPP407', /none:1/, /cannot reach/, /pull-through cache/],
    [
      'syntax-image',
      'EPP407',
      /`# syntax=` line docker\.io\/docker\/dockerfile:1/,
      /cannot reach/,
      /Remove the/,
    ],
    ['no-space', 'EPP409', /no space left/, /no space left on device/, /docker system df/],
  ] as const;
  for (const [name, code, what, why, fix] of cases)
    it(`${name}: ${code}`, () => {
      const failure = failureOf(name);
      assert.equal(failure.code, code);
      assert.match(failure.what, what);
      assert.match(failure.why, why);
      assert.match(failure.fix, fix);
    });

  it('takes a call that the engine cancelled by itself for the end of the engine', () => {
    const error = new GrpcError(1, 'context canceled');
    assert.equal(buildFailure({ error, step: undefined, location: 'Dockerfile' }).code, 'EPP406');
  });
});
