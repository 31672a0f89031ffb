import type { NetworkFault } from '../network-fault.js';

/** One entry of the `errors` array, https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
interface ErrorEntry {
  readonly code: string;
  readonly message: string;
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  /** Which try this was, from 1. */
  readonly attempt: number;
}

const temporaryStatuses: ReadonlySet<number> = new Set([
  408, // the registry lost patience with us
  429, // throttled
  500, // ECR documents no lasting 500
  502, // a proxy's word for a registry that is being replaced
  503,
  504,
]);

/** Bytes of an error's text that a reader is shown. */
const shownText = 2048;

/** The registry answered, and not with what was asked for. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly method: string;
  readonly attempt: number;
  readonly status: number;
  readonly entries: readonly ErrorEntry[];
  /** The registry's own words; '' when there are none. */
  readonly text: string;
  /** Milliseconds to wait, where the registry named a time. */
  readonly retryAfter: number | undefined;

  constructor(
    asked: Asked,
    answer: { readonly status: number; readonly retryAfter: number | undefined; readonly body: string },
  ) {
    const entries = readEntries(answer.body);
    const text = (entries.length > 0 ? entries.map(describeEntry).join('; ') : oneLine(answer.body)).slice(
      0,
      shownText,
    );
    const said =
      asked.method === 'HEAD' ? 'an answer to HEAD has no body' : text === '' ? 'empty body' : text;
    super(`${asked.method} ${withoutQuery(asked.url)}: ${answer.status} (${said})`);
    this.method = asked.method;
    this.attempt = asked.attempt;
    this.status = answer.status;
    this.entries = entries;
    this.text = text;
    this.retryAfter = answer.retryAfter;
  }

  get temporary(): boolean {
    return temporaryStatuses.has(this.status) || this.has('TOOMANYREQUESTS');
  }

  /** ECR says so in a 403, where other registries answer 401. */
  get tokenRefused(): boolean {
    return this.status === 401 || (this.status === 403 && /token has expired/i.test(this.text));
  }

  /** Whether a new token may help: a 403 to HEAD has no body to say why. */
  get mayBeTokenRefused(): boolean {
    return this.tokenRefused || (this.status === 403 && this.method === 'HEAD');
  }

  has(code: string): boolean {
    return this.entries.some((entry) => entry.code === code);
  }
}

/** No answer, or only a part of one. */
export class RegistryConnectionError extends Error {
  override readonly name = 'RegistryConnectionError';
  readonly attempt: number;
  readonly host: string;
  /** Undefined for an error of fetch that no rule knows. */
  readonly fault: NetworkFault | undefined;

  constructor(asked: Asked, fault: NetworkFault | undefined, cause: unknown) {
    const words = fault?.text ?? (cause instanceof Error ? cause.message : String(cause));
    super(`${asked.method} ${withoutQuery(asked.url)}: ${words}`, { cause });
    this.attempt = asked.attempt;
    this.host = asked.url.host;
    this.fault = fault;
  }

  get temporary(): boolean {
    return this.reached || this.fault?.text.includes('EAI_AGAIN') === true;
  }

  /** Whether there was a connection, which then failed. */
  get reached(): boolean {
    return this.fault?.kind === 'reset' || this.fault?.kind === 'timeout';
  }
}

function withoutQuery(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function readEntries(body: string): readonly ErrorEntry[] {
  const content = parseJson(body);
  if (typeof content !== 'object' || content === null || !('errors' in content)) return [];
  const errors: unknown = content.errors;
  return Array.isArray(errors) ? errors.flatMap(readEntry) : [];
}

function readEntry(entry: unknown): ErrorEntry[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const code = 'code' in entry && typeof entry.code === 'string' ? entry.code : '';
  const message = 'message' in entry && typeof entry.message === 'string' ? entry.message : '';
  return code === '' && message === '' ? [] : [{ code: oneLine(code), message: oneLine(message) }];
}

/** A body that is no JSON, a proxy's page for one, is shown as the text that it is. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function describeEntry({ code, message }: ErrorEntry): string {
  return code === '' || message === '' ? code + message : `${code}: ${message}`;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}
