import type { Clock } from '../clock.js';
import type { RepositoryName, Tag } from '../image-reference.js';
import { putManifest, type Manifest, type TagResult } from './manifest.js';
import { inParallel } from './in-parallel.js';
import type { Registry } from './transport.js';

interface Pace {
  /** How many are under way at once. */
  readonly concurrency: number;
  /** Milliseconds from one start to the next. */
  readonly interval: number;
}

/** ECR throttles PutImage at about 10 a second and account; this leaves room for another job. */
export const putImagePace: Pace = { concurrency: 8, interval: 125 };

/**
 * Puts the same manifest under each tag, side by side. After a first failure no further tag is started; those under
 * way are waited for. Results are in the order of the tags.
 *
 * @throws {TaskFailure} the first failure, as `putManifest` has it.
 */
export async function putTags(work: {
  readonly registry: Registry;
  readonly name: RepositoryName;
  readonly tags: readonly Tag[];
  readonly manifest: Manifest;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}): Promise<readonly TagResult[]> {
  const { registry, name, tags, manifest, clock, pace, signal } = work;
  let nextStart = clock.now();
  return inParallel(tags, pace.concurrency, signal, async (tag, stop) => {
    const start = Math.max(clock.now(), nextStart);
    nextStart = start + pace.interval;
    await clock.sleep(start - clock.now(), stop);
    return putManifest(registry, name, tag, manifest, signal);
  });
}
