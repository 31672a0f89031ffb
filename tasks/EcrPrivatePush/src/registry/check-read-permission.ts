import type { RepositoryName, Tag } from '../image-reference.js';
import { registryFailure } from './registry-failure.js';
import type { Registry } from './transport.js';

/**
 * Proves that the credentials may read a manifest, which every push needs at its end to verify what arrived and
 * which many a push-only policy leaves out. Whether there is one under the tag does not matter. Not a HEAD: its
 * refusal would have no reason.
 *
 * @throws {TaskFailure} EPP302, EPP501, EPP502, EPP504, EPP506.
 */
export async function checkReadPermission(
  registry: Registry,
  name: RepositoryName,
  tag: Tag,
  signal: AbortSignal,
): Promise<void> {
  const path = `/v2/${name}/manifests/${tag}`;
  try {
    await registry.request({ method: 'GET', path, headers: { accept: '*/*' }, accept: [200, 404] }, signal);
  } catch (error) {
    throw registryFailure(error, {
      registry: registry.endpoint,
      name,
      doing: 'read a manifest',
      action: 'ecr:BatchGetImage',
    });
  }
}
