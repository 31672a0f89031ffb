/**
 * Runs `work` for every item, at most `concurrency` at once, results in the order of the items. The first failure
 * aborts `stop`, starts no further item, waits for those under way, and is thrown.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  signal: AbortSignal,
  work: (item: Item, stop: AbortSignal) => Promise<Result>,
): Promise<readonly Result[]> {
  const stopped = new AbortController();
  const results: Result[] = [];
  const queue = items.entries();
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
    stopped.abort(error);
  };
  const onAbort = () => {
    fail(signal.reason);
  };
  const worker = async () => {
    // The workers share one iterator: each takes the next item that nobody has taken.
    for (const [index, item] of queue) {
      if (stopped.signal.aborted) return;
      try {
        results[index] = await work(item, stopped.signal);
      } catch (error) {
        fail(error);
      }
    }
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.all(Array.from({ length: concurrency }, worker));
  signal.removeEventListener('abort', onAbort);
  if (failure !== undefined) throw failure.error;
  return results;
}
