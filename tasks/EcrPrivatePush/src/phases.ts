import type { Clock } from './clock.js';
import type { Phase, PhaseTime } from './report/push-report.js';

/** Times the phases of a run. */
export class Phases {
  readonly #times: PhaseTime[] = [];
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get times(): readonly PhaseTime[] {
    return this.#times;
  }

  async time<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const started = this.#clock.now();
    const result = await work();
    this.#times.push({ phase, duration: this.#clock.now() - started });
    return result;
  }
}
