import assert from 'node:assert/strict';
import { StallError, watchForStall } from '../../../tasks/EcrPrivatePush/src/docker/stall-watch.js';
import { HeldClock } from './held-clock.js';

const unused = new AbortController().signal;

describe('watchForStall', () => {
  it('gives up after a silence', async () => {
    const clock = new HeldClock();
    const { signal } = watchForStall(clock, 60_000, unused);
    await clock.pass(59_999);
    assert.equal(signal.aborted, false);
    await clock.pass(1);
    assert.ok(signal.reason instanceof StallError);
    assert.equal(signal.reason.message, 'no sign of life for 60 s');
  });

  it('counts from the last sign of life', async () => {
    const clock = new HeldClock();
    const watch = watchForStall(clock, 60_000, unused);
    await clock.pass(40_000);
    watch.heard();
    await clock.pass(40_000);
    assert.equal(watch.signal.aborted, false);
    await clock.pass(20_000);
    assert.equal(watch.signal.aborted, true);
  });

  it('is quiet once stopped', async () => {
    const clock = new HeldClock();
    const watch = watchForStall(clock, 60_000, unused);
    watch.stop();
    await clock.pass(120_000);
    assert.equal(watch.signal.aborted, false);
  });

  it('passes on why the run ends', () => {
    const run = new AbortController();
    const { signal } = watchForStall(new HeldClock(), 60_000, run.signal);
    run.abort(new Error('cancelled'));
    assert.equal(signal.reason, run.signal.reason);
  });
});
