import type { LabState } from '../lab-state.js';

export function getAuthorizationToken(state: LabState): unknown {
  const token = state.tokens.issue(state.clock.now(), state.settings.tokenLifetimeMs);
  return {
    authorizationData: [
      {
        authorizationToken: token.authorizationToken,
        expiresAt: token.expiresAt / 1000,
        proxyEndpoint: state.url,
      },
    ],
  };
}
