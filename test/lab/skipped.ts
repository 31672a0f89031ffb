import type { Context } from 'mocha';

const skipped = new Map<string, string[]>();

/**
 * Skips the tests of a suite for want of something, and says so at the end of the run.
 * @throws Error under `CI=true`, where a skipped test would be a green lie.
 */
export function skipFor(test: Context, reason: string): never {
  if (process.env['CI'] === 'true') throw new Error(`${reason} Under CI=true that is a failure.`);
  const title = test.test?.parent?.fullTitle() ?? 'a test';
  skipped.set(reason, [...(skipped.get(reason) ?? []), title]);
  return test.skip();
}

/** What was skipped and why, as lines to print; none when nothing was. */
export function skippedLines(): readonly string[] {
  return [...skipped].flatMap(([reason, titles]) => [
    `SKIPPED: ${reason}`,
    ...titles.map((title) => `  - ${title}`),
  ]);
}
