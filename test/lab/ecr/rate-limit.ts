/** Allows `perSecond` calls in any one second. */
export class RateLimit {
  #recent: number[] = [];

  /** False where this call is one too many. `now`: milliseconds. */
  take(now: number, perSecond: number | undefined): boolean {
    this.#recent = this.#recent.filter((at) => at > now - 1000);
    if (perSecond !== undefined && this.#recent.length >= perSecond) return false;
    this.#recent.push(now);
    return true;
  }
}
