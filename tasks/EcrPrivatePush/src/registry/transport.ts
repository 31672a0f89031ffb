import type { Clock } from '../clock.js';
import { TaskFailure } from '../failure.js';
import type { RegistryEndpoint } from '../image-reference.js';
import type { RegistryCredentials, RegistryTokens } from '../registry-credentials.js';
import { withRetry, type Retrying, type RetryPolicy, type Verdict } from '../retry.js';
import { networkFault, type NetworkFault } from '../network-fault.js';
import { RegistryConnectionError, RegistryError } from './registry-error.js';

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** From `/v2/` on, with the query if there is one. The host is always the endpoint's. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The statuses that are no error. */
  readonly accept: readonly number[];
}

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export interface Registry {
  readonly endpoint: RegistryEndpoint;
  /** @throws {RegistryError} {RegistryConnectionError} the last of them, when the retries are used up. */
  request(request: RegistryRequest, signal: AbortSignal): Promise<RegistryAnswer>;
  /** One try, for what is not worth a second. */
  requestOnce(request: RegistryRequest, signal: AbortSignal): Promise<RegistryAnswer>;
}

export interface RegistryParts {
  readonly endpoint: RegistryEndpoint;
  readonly tokens: RegistryTokens;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly retry: RetryPolicy;
  readonly onRetry: Retrying['onRetry'];
  /** Milliseconds for one try, from the connection to the end of the answer. */
  readonly requestTimeout: number;
}

/** ECR's own bound on a manifest, the largest thing that is asked for. */
const largestBody = 4 * 1024 * 1024;
const largestErrorBody = 64 * 1024;

export function connectRegistry(parts: RegistryParts): Registry {
  const requestOnce: Registry['requestOnce'] = (request, signal) => authorized(parts, request, 1, signal);
  return {
    endpoint: parts.endpoint,
    requestOnce,
    request: (request, signal) =>
      withRetry((attempt) => authorized(parts, request, attempt, signal), {
        policy: parts.retry,
        clock: parts.clock,
        signal,
        judge: judgeRegistryError,
        onRetry: parts.onRetry,
      }),
  };
}

/** Whether a request that failed is worth another try, and why. */
function judgeRegistryError(error: unknown): Verdict {
  if (error instanceof RegistryError && error.temporary)
    return {
      retry: true,
      cause: error.message,
      ...(error.retryAfter === undefined ? {} : { after: error.retryAfter }),
    };
  if (error instanceof RegistryConnectionError && error.temporary)
    return { retry: true, cause: error.message };
  return { retry: false };
}

/** Sends a request; once more with a new token when the registry may not have taken the one it was shown. */
async function authorized(
  parts: RegistryParts,
  request: RegistryRequest,
  attempt: number,
  signal: AbortSignal,
): Promise<RegistryAnswer> {
  const credentials = await parts.tokens.current(signal);
  try {
    return await send(parts, request, credentials, attempt, signal);
  } catch (error) {
    if (!(error instanceof RegistryError && error.mayBeTokenRefused)) throw error;
    const renewed = await parts.tokens.renew(credentials, signal);
    return send(parts, request, renewed, attempt, signal);
  }
}

async function send(
  parts: RegistryParts,
  request: RegistryRequest,
  credentials: RegistryCredentials,
  attempt: number,
  signal: AbortSignal,
): Promise<RegistryAnswer> {
  const { method, body, accept } = request;
  const url = new URL(`${parts.endpoint.scheme}://${parts.endpoint.host}${request.path}`);
  const asked = { method, url, attempt };
  const bound = timeBound(parts.requestTimeout, signal);
  try {
    const response = await parts.fetch(url, {
      method,
      headers: { ...request.headers, authorization: basic(credentials) },
      ...(body === undefined ? {} : { body }),
      // A redirect would take the Authorization header, or an upload, to a host that nobody chose.
      redirect: 'manual',
      signal: bound.signal,
    });
    const accepted = accept.includes(response.status);
    const answer = await readBody(response, accepted ? largestBody : largestErrorBody);
    if (accepted && answer.whole)
      return { status: response.status, headers: response.headers, body: answer.bytes };
    if (accepted) throw tooLarge(url);
    const retryAfter = readRetryAfter(response.headers.get('retry-after'), parts.clock.now());
    throw new RegistryError(asked, {
      status: response.status,
      retryAfter,
      body: new TextDecoder().decode(answer.bytes),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RegistryError || error instanceof TaskFailure) throw error;
    throw new RegistryConnectionError(asked, bound.exceeded() ?? networkFault(error), error);
  } finally {
    bound.end();
  }
}

/** A signal that also fires after `milliseconds`. */
function timeBound(milliseconds: number, signal: AbortSignal) {
  const controller = new AbortController();
  let exceeded: NetworkFault | undefined;
  const timer = setTimeout(() => {
    exceeded = { kind: 'timeout', text: `No complete answer came within ${milliseconds / 1000} s.` };
    controller.abort();
  }, milliseconds);
  const stop = () => {
    controller.abort(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return {
    signal: controller.signal,
    exceeded: () => exceeded,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}

/** The body up to `limit` bytes, and whether that was all. */
async function readBody(
  response: Response,
  limit: number,
): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
  if (response.body === null) return { bytes: new Uint8Array(), whole: true };
  const stream: AsyncIterable<Uint8Array> = response.body;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > limit) return { bytes: Buffer.concat(chunks, limit), whole: false };
  }
  return { bytes: Buffer.concat(chunks), whole: true };
}

function basic({ username, password }: RegistryCredentials): string {
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString('base64')}`;
}

/** Milliseconds, from seconds or an HTTP date: RFC 9110, 10.2.3. */
function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(milliseconds) && milliseconds >= 0 ? milliseconds : undefined;
}

function tooLarge(url: URL): TaskFailure {
  return new TaskFailure('EPP506', {
    what: `The registry's answer to ${url.pathname} is too large.`,
    why: `It is larger than ${largestBody} bytes, the most that Amazon ECR stores as a manifest.`,
    fix: `Check that ${url.host} is an ECR registry.`,
  });
}
