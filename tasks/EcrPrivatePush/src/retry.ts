import type { Clock } from './clock.js';

export interface RetryPolicy {
  /** How often something is tried in all, the first time included. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubles with each further one. */
  readonly firstDelay: number;
  /** Milliseconds that no wait exceeds, not even one that the server asks for. */
  readonly maxDelay: number;
}

/** What a failed attempt means for the next one. */
export type Verdict =
  | { readonly retry: false }
  | {
      readonly retry: true;
      readonly cause: string;
      /** Milliseconds that the server asked for. */ readonly after?: number;
    };

export interface Retrying {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  judge(error: unknown): Verdict;
  /** Told before each wait, so that the user sees the cause and the attempt. */
  onRetry(notice: {
    readonly cause: string;
    readonly attempt: number;
    readonly attempts: number;
    readonly delay: number;
  }): void;
}

/**
 * Milliseconds to wait before the next try: doubling, with full jitter over its upper half so that parallel jobs
 * spread out, never below what the server asked for, never above the policy's bound.
 */
export function retryDelay(policy: RetryPolicy, attempt: number, random: number, after = 0): number {
  const ceiling = policy.firstDelay * 2 ** (attempt - 1);
  return Math.min(policy.maxDelay, Math.max(after, ceiling * (0.5 + random / 2)));
}

/** Runs `attempt` until it succeeds, is judged final, or the policy is used up; then its last error passes on. */
export async function withRetry<T>(attempt: (number: number) => Promise<T>, retrying: Retrying): Promise<T> {
  const { policy, clock, signal } = retrying;
  for (let number = 1; ; number++) {
    signal.throwIfAborted();
    try {
      return await attempt(number);
    } catch (error) {
      signal.throwIfAborted();
      const verdict = retrying.judge(error);
      if (!verdict.retry || number >= policy.attempts) throw error;
      const delay = retryDelay(policy, number, clock.random(), verdict.after);
      retrying.onRetry({ cause: verdict.cause, attempt: number, attempts: policy.attempts, delay });
      await clock.sleep(delay, signal);
    }
  }
}
