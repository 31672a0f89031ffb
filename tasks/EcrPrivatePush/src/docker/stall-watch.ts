import type { Clock } from '../clock.js';

/** Nothing was heard for too long. */
export class StallError extends Error {
  override readonly name = 'StallError';
  /** Milliseconds. */
  readonly silence: number;

  constructor(silence: number) {
    super(`no sign of life for ${String(Math.round(silence / 1000))} s`);
    this.silence = silence;
  }
}

export interface StallWatch {
  /** Aborted with a StallError when nothing is heard for too long; with the outer reason when the run ends. */
  readonly signal: AbortSignal;
  /** Something was heard. */
  readonly heard: () => void;
  readonly stop: () => void;
}

/** Watches over something that has to give a sign of life at least every `timeout` milliseconds. */
export function watchForStall(clock: Clock, timeout: number, outer: AbortSignal): StallWatch {
  const stopped = new AbortController();
  const stalled = new AbortController();
  let last = clock.now();

  const watch = async (): Promise<void> => {
    const over = AbortSignal.any([outer, stopped.signal]);
    for (let silence = 0; silence < timeout; silence = clock.now() - last)
      await clock.sleep(timeout - silence, over);
    stalled.abort(new StallError(timeout));
  };
  // Rejects only when it is stopped, which is no failure.
  watch().catch(() => undefined);

  return {
    signal: AbortSignal.any([outer, stalled.signal]),
    heard: () => {
      last = clock.now();
    },
    stop: () => {
      stopped.abort();
    },
  };
}
