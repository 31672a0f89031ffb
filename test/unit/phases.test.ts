import assert from 'node:assert/strict';
import { Phases } from '../../tasks/EcrPrivatePush/src/phases.js';

describe('the phases of a run', () => {
  let now = 0;
  const phases = new Phases({ now: () => now });
  const lasting = (milliseconds: number) => () => {
    now += milliseconds;
    return Promise.resolve(milliseconds);
  };

  it('are timed in their order, and give what their work gives', async () => {
    assert.equal(await phases.time('build', lasting(40)), 40);
    await phases.time('push', lasting(7));
    assert.deepEqual(phases.times, [
      { phase: 'build', duration: 40 },
      { phase: 'push', duration: 7 },
    ]);
  });

  it('do not count work that failed', async () => {
    await assert.rejects(phases.time('tags', () => Promise.reject(new Error('denied'))));
    assert.equal(phases.times.length, 2);
  });
});
