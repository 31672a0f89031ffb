import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import {
  decodeStatusText,
  frame,
  frames,
} from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/grpc.js';

const bodies = ['', 'a', 'some more', 'x'.repeat(300)];
const stream = Buffer.concat(bodies.map((body) => frame(Buffer.from(body))));

describe('the messages of a gRPC stream', () => {
  for (const size of [1, 2, 4, 5, 6, 7, 100, stream.length])
    it(`are whole when it comes in chunks of ${String(size)} bytes`, async () => {
      const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
        stream.subarray(index * size, (index + 1) * size),
      );
      const found: string[] = [];
      for await (const body of frames(Readable.from(chunks))) found.push(body.toString());
      assert.deepEqual(found, bodies);
    });

  it('begin with an uncompressed flag and their length', () => {
    assert.equal(frame(Buffer.from('ab')).toString('hex'), '00000000026162');
  });
});

describe("gRPC's status text", () => {
  const texts = [
    ['plain', 'plain'],
    ['50%25 of it', '50% of it'],
    ['caf%C3%A9', 'café'],
    ['a lone % sign', 'a lone % sign'],
  ] as const;
  for (const [encoded, decoded] of texts)
    it(`reads '${encoded}'`, () => {
      assert.equal(decodeStatusText(encoded), decoded);
    });
});
