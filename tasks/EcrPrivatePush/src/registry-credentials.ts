import type { Secret } from './secret.js';

/** What a registry is shown as Basic authentication. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: Secret;
}

/** The credentials of one registry, kept fresh. */
export interface RegistryTokens {
  /** Credentials that last for a while yet; fetched once, again when near their end. */
  current(signal: AbortSignal): Promise<RegistryCredentials>;
  /** Fresh credentials, because the registry refused `refused`; callers that hold the same refused ones share one call. */
  renew(refused: RegistryCredentials, signal: AbortSignal): Promise<RegistryCredentials>;
}
