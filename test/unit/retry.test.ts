import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { Clock } from '../../tasks/EcrPrivatePush/src/clock.js';
import {
  retryDelay,
  withRetry,
  type RetryPolicy,
  type Verdict,
} from '../../tasks/EcrPrivatePush/src/retry.js';

const policy: RetryPolicy = { attempts: 4, firstDelay: 100, maxDelay: 1000 };

describe('the delay before a retry', () => {
  const rows: readonly (readonly [
    what: string,
    attempt: number,
    random: number,
    after: number | undefined,
    delay: number,
  ])[] = [
    ['the shortest first delay', 1, 0, undefined, 50],
    ['the longest first delay', 1, 1, undefined, 100],
    ['doubled for the second', 2, 1, undefined, 200],
    ['doubled again for the third', 3, 1, undefined, 400],
    ['never over the bound', 9, 1, undefined, 1000],
    ['never below what the server asked for', 1, 0, 700, 700],
    ['never over the bound, whatever the server asked for', 1, 0, 60_000, 1000],
  ];
  for (const [what, attempt, random, after, delay] of rows) {
    it(`is ${what}`, () => {
      assert.equal(retryDelay(policy, attempt, random, after), delay);
    });
  }
});

describe('withRetry', () => {
  const again: Verdict = { retry: true, cause: 'throttled' };

  function retrying(verdict: Verdict, signal = new AbortController().signal) {
    const sleep = sinon.fake.resolves(undefined);
    const clock: Clock = { now: () => 0, random: () => 1, sleep };
    const onRetry = sinon.fake();
    return { sleep, onRetry, options: { policy, clock, signal, judge: () => verdict, onRetry } };
  }

  it('gives what the first successful attempt gives', async () => {
    const { options, onRetry } = retrying(again);
    const attempt = sinon.stub().onFirstCall().rejects(new Error('429')).resolves('done');
    assert.equal(await withRetry(attempt, options), 'done');
    sinon.assert.calledOnceWithExactly(onRetry, { cause: 'throttled', attempt: 1, attempts: 4, delay: 100 });
  });

  it('passes on the last error when the attempts are used up', async () => {
    const { options, sleep } = retrying(again);
    let number = 0;
    await assert.rejects(
      withRetry(() => Promise.reject(new Error(`attempt ${String(++number)}`)), options),
      { message: 'attempt 4' },
    );
    assert.equal(sleep.callCount, 3);
  });

  it('does not try again what is judged final', async () => {
    const { options, sleep } = retrying({ retry: false });
    await assert.rejects(
      withRetry(() => Promise.reject(new Error('denied')), options),
      { message: 'denied' },
    );
    assert.equal(sleep.callCount, 0);
  });

  it('passes on the reason of an abort instead of the error that the abort caused', async () => {
    const controller = new AbortController();
    const { options } = retrying(again, controller.signal);
    const attempt = () => {
      controller.abort(new Error('cancelled'));
      return Promise.reject(new Error('socket closed'));
    };
    await assert.rejects(withRetry(attempt, options), { message: 'cancelled' });
  });
});
