import type { Retrying } from './retry.js';

/** The log's line before a wait: who failed, how, which attempt comes next and when. */
export function retryNotice(who: string, notice: Parameters<Retrying['onRetry']>[0]): string {
  const { cause, attempt, attempts, delay } = notice;
  return `${who}: ${cause}; attempt ${String(attempt + 1)} of ${String(attempts)} in ${(delay / 1000).toFixed(1)} s`;
}
