/**
 * Runs steps at the same time. The first that fails aborts the others; when all have ended, its error passes on.
 */
export async function sideBySide<T extends readonly ((signal: AbortSignal) => Promise<unknown>)[]>(
  signal: AbortSignal,
  ...steps: T
): Promise<{ -readonly [K in keyof T]: Awaited<ReturnType<T[K]>> }> {
  const first = new AbortController();
  const either = AbortSignal.any([signal, first.signal]);
  const running = steps.map(async (step) => {
    try {
      return await step(either);
    } catch (error) {
      first.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(running);
  signal.throwIfAborted();
  first.signal.throwIfAborted();
  // The results stand in the order of the steps, which the type system cannot follow through map.
  return (await Promise.all(running)) as { -readonly [K in keyof T]: Awaited<ReturnType<T[K]>> };
}
