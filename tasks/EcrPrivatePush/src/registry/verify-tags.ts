import { TaskFailure } from '../failure.js';
import type { Digest, RepositoryName, Tag } from '../image-reference.js';
import { manifestDigest } from './manifest.js';
import { inParallel } from './in-parallel.js';
import type { Registry } from './transport.js';

const concurrency = 8;

/**
 * Proves that the registry holds `digest` under every tag.
 *
 * @throws {TaskFailure} EPP505 with what each wrong tag holds; EPP302, EPP502, EPP504, EPP506.
 */
export async function verifyTags(
  registry: Registry,
  name: RepositoryName,
  tags: readonly Tag[],
  digest: Digest,
  signal: AbortSignal,
): Promise<void> {
  const found = await inParallel(tags, concurrency, signal, async (tag) => ({
    tag,
    digest: await manifestDigest(registry, name, tag, signal),
  }));
  const wrong = found.filter((tag) => tag.digest !== digest);
  if (wrong.length === 0) return;
  const list = wrong.map((tag) => `${tag.tag} holds ${tag.digest ?? 'nothing'}`).join('; ');
  throw new TaskFailure('EPP505', {
    what: `${wrong.length} of ${tags.length} tags of ${registry.endpoint.host}/${name} do not hold ${digest}, which was pushed.`,
    why: `The registry was asked again for each tag: ${list}.`,
    fix: 'Another job that pushes the same tags at the same time is the likely cause: give each job tags of its own, such as $(Build.BuildId), or make tags immutable.',
  });
}
