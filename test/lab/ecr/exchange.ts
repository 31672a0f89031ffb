import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FaultKind, Step } from './faults.js';

/** What a test may see of a request: never a header, so never a secret. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** Milliseconds since the epoch, by the lab's clock. */
  readonly at: number;
  /** Whether it carried an Authorization header. */
  readonly authenticated: boolean;
  /** What the request is for; undefined where nothing is served. */
  readonly step: Step | undefined;
  /** The fault that it met. */
  readonly fault: FaultKind | undefined;
  /** undefined: not answered yet, or never. */
  readonly status: number | undefined;
  /** Bytes of the body that the server has read. */
  readonly bytesIn: number;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** One request on its way through the server. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Buffer>;
  readonly record: Mutable<RecordedRequest>;
}

export function openExchange(request: IncomingMessage, now: number): Exchange {
  const method = request.method ?? 'GET';
  const path = request.url ?? '/';
  const record: Mutable<RecordedRequest> = {
    method,
    path,
    at: now,
    authenticated: request.headers.authorization !== undefined,
    step: undefined,
    fault: undefined,
    status: undefined,
    bytesIn: 0,
  };
  return {
    method,
    url: new URL(path, 'http://lab'),
    headers: request.headers,
    body: countedBody(request, record),
    record,
  };
}

async function* countedBody(
  request: IncomingMessage,
  record: Mutable<RecordedRequest>,
): AsyncGenerator<Buffer> {
  for await (const chunk of request as AsyncIterable<unknown>) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a request body must arrive as bytes');
    record.bytesIn += chunk.length;
    yield chunk;
  }
}

/** Reads the body to its end and forgets it. */
export async function drain(exchange: Exchange): Promise<void> {
  const chunks = exchange.body[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true);
}

/** Thrown by `readWhole` for a body over the limit. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** The whole body of a small request (JSON, manifests). Throws BodyTooLarge above `limit` bytes. */
export async function readWhole(exchange: Exchange, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of exchange.body) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  if (size > limit) throw new BodyTooLarge(`${String(size)} bytes; at most ${String(limit)} are accepted`);
  return Buffer.concat(chunks);
}
