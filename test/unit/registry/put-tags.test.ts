import assert from 'node:assert/strict';
import { systemClock } from '../../../tasks/EcrPrivatePush/src/clock.js';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { parseDigest } from '../../../tasks/EcrPrivatePush/src/image-reference.js';
import { putImagePace, putTags } from '../../../tasks/EcrPrivatePush/src/registry/put-tags.js';
import { scriptedServer, type SeenRequest } from './scripted-server.js';
import { repositoryName, tag, twin, valid } from './twin.js';

const never = new AbortController().signal;
const digest = valid(parseDigest(`sha256:${'0'.repeat(64)}`));
const manifest = {
  bytes: Buffer.from('{}'),
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest,
};
const tags = Array.from({ length: 12 }, (_, index) => tag(`t${index}`));
const tagOf = ({ url }: SeenRequest) => url.slice(url.lastIndexOf('/') + 1);
const fastPace = { ...putImagePace, interval: 0 };

/** Time that only passes by sleeping. */
function sleepingClock() {
  let now = 0;
  const starts: number[] = [];
  return {
    starts,
    random: () => 0,
    now: () => now,
    sleep: (ms: number) => {
      now += ms;
      starts.push(now);
      return Promise.resolve();
    },
  };
}

describe('putTags', () => {
  it('puts the manifest under every tag, and answers in their order', async () => {
    await using server = await scriptedServer(() => ({ status: 201 }));
    const { registry } = twin(server.host);
    const work = {
      registry,
      name: repositoryName,
      tags,
      manifest,
      clock: systemClock,
      pace: fastPace,
      signal: never,
    };
    const results = await putTags(work);
    assert.deepEqual(
      results.map((result) => result.tag),
      tags,
    );
    assert.deepEqual(server.requests.map(tagOf).sort(), [...tags].sort());
  });

  it("keeps its starts below ECR's ten a second", async () => {
    await using server = await scriptedServer(() => ({ status: 201 }));
    const clock = sleepingClock();
    const { registry } = twin(server.host);
    await putTags({
      registry,
      name: repositoryName,
      tags,
      manifest,
      clock,
      pace: putImagePace,
      signal: never,
    });
    for (const start of clock.starts)
      assert.ok(clock.starts.filter((at) => at >= start && at < start + 1000).length < 10);
    assert.equal(clock.starts.length, tags.length);
  });

  it('starts no further tag after the first failure, which it throws', async () => {
    await using server = await scriptedServer((request) => ({ status: tagOf(request) === 't1' ? 403 : 201 }));
    const { registry } = twin(server.host);
    const pace = { concurrency: 2, interval: 0 };
    const work = { registry, name: repositoryName, tags, manifest, clock: systemClock, pace, signal: never };
    await assert.rejects(putTags(work), (error: unknown) => {
      assert.ok(error instanceof TaskFailure);
      return error.code === 'EPP502' && error.what.includes('put the tag t1');
    });
    assert.ok(server.requests.length < tags.length, `${server.requests.length} requests`);
  });

  it('ends with the reason of an abort', async () => {
    await using server = await scriptedServer(() => 'stall');
    const cancel = new AbortController();
    const { registry } = twin(server.host);
    const work = { registry, name: repositoryName, tags, manifest, clock: systemClock, pace: fastPace };
    const put = putTags({ ...work, signal: cancel.signal });
    setTimeout(() => {
      cancel.abort(new Error('cancelled'));
    }, 20);
    await assert.rejects(put, /^Error: cancelled$/);
  });
});
