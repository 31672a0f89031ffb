import { randomBytes } from 'node:crypto';

export interface IssuedToken {
  /** base64 of `AWS:<password>`, as GetAuthorizationToken gives it. */
  readonly authorizationToken: string;
  readonly username: 'AWS';
  readonly password: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

type TokenCheck = 'accepted' | 'missing' | 'unknown' | 'expired';

/** The registry passwords that were given out. */
export class Tokens {
  readonly #expiry = new Map<string, number>();

  issue(now: number, lifetimeMs: number): IssuedToken {
    const password = `lab-not-a-real-token.${randomBytes(96).toString('base64url')}`;
    const expiresAt = now + lifetimeMs;
    this.#expiry.set(password, expiresAt);
    const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
    return { authorizationToken, username: 'AWS', password, expiresAt };
  }

  /** `authorization`: the header's value. */
  check(authorization: string | undefined, now: number): TokenCheck {
    if (authorization === undefined) return 'missing';
    const expiry = this.#expiry.get(passwordIn(authorization) ?? '');
    if (expiry === undefined) return 'unknown';
    return now < expiry ? 'accepted' : 'expired';
  }

  /** Makes the token of this header expired for good. */
  expire(authorization: string | undefined): void {
    const password = authorization === undefined ? undefined : passwordIn(authorization);
    if (password !== undefined && this.#expiry.has(password)) this.#expiry.set(password, 0);
  }
}

function passwordIn(authorization: string): string | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString();
  return decoded.startsWith('AWS:') ? decoded.slice('AWS:'.length) : undefined;
}
