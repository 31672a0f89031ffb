import assert from 'node:assert/strict';
import { inParallel } from '../../../tasks/EcrPrivatePush/src/registry/in-parallel.js';

const never = new AbortController().signal;
const turn = () => new Promise(setImmediate);

describe('inParallel', () => {
  it('keeps the order of the items, whichever ends first', async () => {
    const results = await inParallel([3, 1, 2], 3, never, async (turns) => {
      for (let passed = 0; passed < turns; passed++) await turn();
      return turns;
    });
    assert.deepEqual(results, [3, 1, 2]);
  });

  it('runs no more at once than it may', async () => {
    let running = 0;
    const seen: number[] = [];
    await inParallel([1, 2, 3, 4, 5], 2, never, async () => {
      seen.push(++running);
      await turn();
      running--;
    });
    assert.equal(Math.max(...seen), 2);
  });

  it('starts nothing after a failure, and waits for what is under way', async () => {
    const events: string[] = [];
    const work = inParallel(['a', 'b', 'c'], 2, never, async (item, stop) => {
      events.push(`${item} starts`);
      if (item === 'a') throw new Error('a failed');
      await turn();
      events.push(`${item} ends, told to stop: ${String(stop.aborted)}`);
    });
    await assert.rejects(work, /^Error: a failed$/);
    assert.deepEqual(events, ['a starts', 'b starts', 'b ends, told to stop: true']);
  });

  it('starts nothing when it is cancelled before', async () => {
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    const work = inParallel(['a'], 1, cancelled, () => assert.fail('it was started'));
    await assert.rejects(work, /^Error: cancelled$/);
  });
});
