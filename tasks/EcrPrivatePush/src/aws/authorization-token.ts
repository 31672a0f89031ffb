import type { AuthorizationData } from '@aws-sdk/client-ecr';
import { TaskFailure } from '../failure.js';
import type { RegistryEndpoint } from '../image-reference.js';
import type { RegistryCredentials } from '../registry-credentials.js';
import { Secret } from '../secret.js';
import { parseProxyEndpoint } from './registry-endpoint.js';

/** What GetAuthorizationToken gives: credentials for every registry that the principal may reach. */
export interface AuthorizationToken {
  readonly credentials: RegistryCredentials;
  /** The plain `dkr.ecr` host of the caller's own account. */
  readonly proxyEndpoint: RegistryEndpoint;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** @throws {TaskFailure} EPP205 when a part is missing or malformed. */
export function decodeAuthorizationToken(data: AuthorizationData | undefined): AuthorizationToken {
  const decoded = Buffer.from(data?.authorizationToken ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1 || colon === decoded.length - 1) throw malformed('authorizationToken');
  if (data?.expiresAt === undefined) throw malformed('expiresAt');
  return {
    credentials: { username: decoded.slice(0, colon), password: new Secret(decoded.slice(colon + 1)) },
    proxyEndpoint: parseProxyEndpoint(data.proxyEndpoint ?? ''),
    expiresAt: data.expiresAt.getTime(),
  };
}

function malformed(part: string): TaskFailure {
  return new TaskFailure('EPP205', {
    what: 'Amazon ECR answered GetAuthorizationToken without a usable token.',
    why: `Its ${part} is missing or not what the API's description says.`,
    fix: "If the input 'ecrEndpoint' or AWS_ENDPOINT_URL_ECR is set, check that an ECR API answers there.",
  });
}
