import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import sinon from 'sinon';
import { cancellation, type CancellableProcess } from '../../tasks/EcrPrivatePush/src/cancellation.js';
import { TaskFailure } from '../../tasks/EcrPrivatePush/src/failure.js';

describe('cancellation', () => {
  let clock: sinon.SinonFakeTimers;

  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });

  afterEach(() => {
    clock.restore();
  });

  function processDouble() {
    const exit = sinon.fake();
    const double: CancellableProcess & EventEmitter = Object.assign(new EventEmitter(), { exit });
    return { exit, double };
  }

  for (const name of ['SIGINT', 'SIGTERM']) {
    it(`aborts with EPP902 on ${name}`, () => {
      const { double } = processDouble();
      const signal = cancellation(double);
      double.emit(name);
      assert.ok(signal.reason instanceof TaskFailure && signal.reason.code === 'EPP902');
    });
  }

  it('leaves time to clean up, but ends the process before the agent asks a second time', () => {
    const { exit, double } = processDouble();
    cancellation(double);
    double.emit('SIGINT');
    clock.tick(4_000);
    sinon.assert.notCalled(exit);
    clock.tick(1_000);
    sinon.assert.calledOnceWithExactly(exit, 1);
  });

  it('does nothing as long as nobody cancels', () => {
    const { exit, double } = processDouble();
    const signal = cancellation(double);
    clock.tick(3_600_000);
    assert.ok(!signal.aborted);
    sinon.assert.notCalled(exit);
  });
});
