import { orAborted } from './or-aborted.js';

/**
 * A call that any number of callers wait for together. It is stopped only when the last of them has gone, so that
 * one caller's cancel is not another's failure.
 */
export class SharedCall<T> {
  readonly #controller = new AbortController();
  readonly #outcome: Promise<T>;
  #waiting = 0;
  #settled = false;

  constructor(call: (signal: AbortSignal) => Promise<T>) {
    this.#outcome = call(this.#controller.signal);
    const settle = () => {
      this.#settled = true;
    };
    this.#outcome.then(settle, settle);
  }

  /** Whether another caller may still join: neither over nor stopped. */
  get open(): boolean {
    return !this.#settled && !this.#controller.signal.aborted;
  }

  /** The call's outcome, or the signal's reason if that comes first. */
  async wait(signal: AbortSignal): Promise<T> {
    this.#waiting++;
    try {
      return await orAborted(this.#outcome, signal);
    } finally {
      if (--this.#waiting === 0) this.#controller.abort();
    }
  }
}
