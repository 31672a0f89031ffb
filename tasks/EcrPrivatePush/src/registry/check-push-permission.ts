import type { RepositoryName } from '../image-reference.js';
import { registryFailure } from './registry-failure.js';
import type { Registry } from './transport.js';

/**
 * Proves that the credentials may push to the repository, on the host and the way that a push takes: starts an
 * upload. A token proves nothing, since ECR gives one to whoever may call its API; the repository's and the
 * endpoint's policies are first asked here.
 *
 * @throws {TaskFailure} EPP302, EPP501, EPP502, EPP504, EPP506.
 */
export async function checkPushPermission(
  registry: Registry,
  name: RepositoryName,
  signal: AbortSignal,
): Promise<void> {
  const start = { method: 'POST', path: `/v2/${name}/blobs/uploads/`, accept: [201, 202] } as const;
  try {
    const answer = await registry.request(start, signal);
    cancelUpload(registry, answer.headers.get('location'));
  } catch (error) {
    throw registryFailure(error, {
      registry: registry.endpoint,
      name,
      doing: 'start an upload',
      action: 'ecr:InitiateLayerUpload',
    });
  }
}

/**
 * A courtesy, neither waited for nor checked: it is not known whether ECR takes it, and an upload that nobody
 * completes costs nothing and expires. An upload on another host is left alone: the token is not for that host.
 */
function cancelUpload(registry: Registry, location: string | null): void {
  const base = `${registry.endpoint.scheme}://${registry.endpoint.host}`;
  if (location === null || !URL.canParse(location, base)) return;
  const url = new URL(location, base);
  if (url.origin !== new URL(base).origin) return;
  const cancel = { method: 'DELETE', path: `${url.pathname}${url.search}`, accept: [200, 202, 204] } as const;
  // Bounded by the transport, and not by the run: a cancelled run is to leave no upload either.
  registry.requestOnce(cancel, new AbortController().signal).catch(() => undefined);
}
