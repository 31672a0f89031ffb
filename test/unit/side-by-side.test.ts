import assert from 'node:assert/strict';
import { sideBySide } from '../../tasks/EcrPrivatePush/src/side-by-side.js';

describe('sideBySide', () => {
  const never = new AbortController().signal;
  const untilAborted = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('stopped by the other'));
      });
    });

  it('gives the results in the order of the steps', async () => {
    const [text, number] = await sideBySide(
      never,
      () => new Promise<string>((resolve) => setImmediate(resolve, 'slow')),
      () => Promise.resolve(1),
    );
    assert.deepEqual([text, number], ['slow', 1]);
  });

  it('aborts the others when one fails, and passes on its error, not theirs', async () => {
    const failing = (): Promise<never> => Promise.reject(new Error('the cause'));
    await assert.rejects(sideBySide(never, untilAborted, failing), { message: 'the cause' });
  });

  it('ends only when every step has ended', async () => {
    let cleaned = false;
    const cleaning = async (signal: AbortSignal): Promise<void> => {
      await untilAborted(signal).catch(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));
      cleaned = true;
    };
    await assert.rejects(sideBySide(never, cleaning, () => Promise.reject(new Error('the cause'))));
    assert.ok(cleaned);
  });

  it('passes on the reason of a cancel', async () => {
    const controller = new AbortController();
    const running = sideBySide(controller.signal, untilAborted);
    controller.abort(new Error('cancelled'));
    await assert.rejects(running, { message: 'cancelled' });
  });
});
