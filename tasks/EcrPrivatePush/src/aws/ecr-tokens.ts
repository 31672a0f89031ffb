import type { Clock } from '../clock.js';
import type { RegistryEndpoint } from '../image-reference.js';
import type { RegistryTokens } from '../registry-credentials.js';
import type { Secret } from '../secret.js';
import type { AuthorizationToken } from './authorization-token.js';
import type { Ecr } from './ecr.js';
import { SharedCall } from './shared-call.js';

/** Milliseconds that a token must still last: longer than the upload of any one layer should take. */
const margin = 10 * 60_000;

interface EcrTokens extends RegistryTokens {
  /** The registry that the current token names: the caller's own. */
  proxyEndpoint(signal: AbortSignal): Promise<RegistryEndpoint>;
}

/** ECR's tokens for one region, kept fresh. `onToken` is told of each password before anyone else gets it. */
export function ecrTokens(parts: {
  readonly ecr: Pick<Ecr, 'authorizationToken'>;
  readonly clock: Pick<Clock, 'now'>;
  onToken(password: Secret): void;
}): EcrTokens {
  let token: AuthorizationToken | undefined;
  let call: SharedCall<AuthorizationToken> | undefined;

  const fetchToken = async (signal: AbortSignal) => {
    const fetched = await parts.ecr.authorizationToken(signal);
    parts.onToken(fetched.credentials.password);
    token = fetched;
    return fetched;
  };
  const freshToken = async (signal: AbortSignal) => {
    signal.throwIfAborted();
    if (token !== undefined && token.expiresAt - parts.clock.now() >= margin) return token;
    if (call?.open !== true) call = new SharedCall(fetchToken);
    return call.wait(signal);
  };

  return {
    proxyEndpoint: async (signal) => (await freshToken(signal)).proxyEndpoint,
    current: async (signal) => (await freshToken(signal)).credentials,
    renew: async (refused, signal) => {
      // Whoever comes second with the same refused password finds another one here, or the call for it under way.
      if (token?.credentials.password === refused.password) token = undefined;
      return (await freshToken(signal)).credentials;
    },
  };
}
