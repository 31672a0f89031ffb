import { TaskFailure } from '../failure.js';
import type { RegistryEndpoint } from '../image-reference.js';
import { parseEcrHost } from './ecr-host.js';
import type { RegistryId } from './registry-id.js';

/**
 * Where a token's `proxyEndpoint` points.
 *
 * @throws {TaskFailure} EPP205 when it is no https URL (http on a loopback host, as the Docker Engine has it).
 */
export function parseProxyEndpoint(text: string): RegistryEndpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' && url.host !== '') return { scheme: 'https', host: url.host };
  if (url?.protocol === 'http:' && isLoopback(url.host)) return { scheme: 'http', host: url.host };
  throw new TaskFailure('EPP205', {
    what: 'Amazon ECR named a registry that the task will not use.',
    why: `The proxyEndpoint of the token is '${text.slice(0, 256)}'; it must be an https URL, or http on a loopback host.`,
    fix: "Check the input 'ecrEndpoint'; Amazon ECR itself always names an https URL.",
  });
}

/**
 * The registry to push to. ECR's `repositoryUri` decides where it could be read; else it is the token's host, of
 * the account that the user chose. The token is good for every registry that the principal may use.
 */
export function registryEndpoint(facts: {
  readonly proxyEndpoint: RegistryEndpoint;
  readonly registryId: RegistryId | undefined;
  readonly repositoryUri: string | undefined;
}): RegistryEndpoint {
  const { proxyEndpoint, registryId, repositoryUri } = facts;
  const named = repositoryUri?.split('/', 1)[0];
  if (named !== undefined && named !== '')
    return { scheme: isLoopback(named) ? proxyEndpoint.scheme : 'https', host: named };
  if (registryId === undefined || parseEcrHost(proxyEndpoint.host) === undefined) return proxyEndpoint;
  return { ...proxyEndpoint, host: proxyEndpoint.host.replace(/^\d{12}/, registryId) };
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}
