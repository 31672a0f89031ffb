import { systemClock } from '../../../tasks/EcrPrivatePush/src/clock.js';
import type { RegistryCredentials } from '../../../tasks/EcrPrivatePush/src/registry-credentials.js';
import { runPolicy } from '../../../tasks/EcrPrivatePush/src/run.js';
import { Secret } from '../../../tasks/EcrPrivatePush/src/secret.js';
import {
  connectRegistry,
  type Registry,
  type RegistryParts,
} from '../../../tasks/EcrPrivatePush/src/registry/transport.js';
import {
  parseRepositoryName,
  parseTag,
  type Parsed,
  type Tag,
} from '../../../tasks/EcrPrivatePush/src/image-reference.js';

/** The product's retry policy, a thousand times faster. */
export const fastRetry = {
  ...runPolicy.registryRetry,
  firstDelay: runPolicy.registryRetry.firstDelay / 1000,
  maxDelay: runPolicy.registryRetry.maxDelay / 1000,
};

export interface Twin {
  readonly registry: Registry;
  readonly causes: readonly string[];
  /** How often new credentials were asked for because old ones were refused. */
  readonly renewals: () => number;
}

/** A registry connection to a loopback host, with passwords p0, p1, … */
export function twin(host: string, over: Partial<RegistryParts> = {}): Twin {
  const causes: string[] = [];
  let renewals = 0;
  const credentials = (): RegistryCredentials => ({ username: 'AWS', password: new Secret(`p${renewals}`) });
  const registry = connectRegistry({
    endpoint: { scheme: 'http', host },
    tokens: {
      current: () => Promise.resolve(credentials()),
      renew: () => {
        renewals++;
        return Promise.resolve(credentials());
      },
    },
    fetch: globalThis.fetch,
    clock: systemClock,
    retry: fastRetry,
    onRetry: (notice) => causes.push(notice.cause),
    requestTimeout: 10_000,
    ...over,
  });
  return { registry, causes, renewals: () => renewals };
}

export function valid<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(parsed.rule);
  return parsed.value;
}

export const repositoryName = valid(parseRepositoryName('team/app'));
export const tag = (text: string): Tag => valid(parseTag(text));

/** An error body as ECR's data plane has it. */
export function errorBody(code: string, message: string): string {
  return JSON.stringify({ errors: [{ code, message }] });
}

export function basic(password: string): string {
  return `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`;
}
