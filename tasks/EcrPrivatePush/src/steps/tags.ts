import type { Tag } from '../image-reference.js';
import { putImagePace, putTags } from '../registry/put-tags.js';
import { verifyTags } from '../registry/verify-tags.js';
import type { Run } from '../run.js';
import type { PushTarget } from './preflight.js';
import type { PushedImage } from './pushed-image.js';

/**
 * Puts the pushed manifest under every further tag, side by side, under ECR's rate.
 *
 * @throws {TaskFailure} EPP302, EPP501 to EPP504, EPP506.
 */
export async function putFurtherTags(
  pushed: PushedImage,
  [, ...tags]: readonly [Tag, ...Tag[]],
  { registry, repository }: PushTarget,
  { agent, clock, signal }: Run,
): Promise<void> {
  const { name } = repository;
  const { manifest } = pushed;
  const results = await putTags({ registry, name, tags, manifest, clock, pace: putImagePace, signal });
  for (const { tag, kind } of results)
    agent.log.info(`Tag          ${tag}${kind === 'unchanged' ? ' held this manifest before' : ''}`);
}

/** @throws {TaskFailure} EPP505 when a tag does not hold the digest that was pushed; EPP302, EPP502, EPP504, EPP506. */
export async function verifyEveryTag(
  { manifest: { digest } }: PushedImage,
  tags: readonly [Tag, ...Tag[]],
  { registry, repository }: PushTarget,
  { agent, signal }: Run,
): Promise<void> {
  await verifyTags(registry, repository.name, tags, digest, signal);
  agent.log.info(
    `Verified     ${tags.length === 1 ? 'the tag holds' : `all ${String(tags.length)} tags hold`} ${digest}`,
  );
}
