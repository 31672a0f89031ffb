import { constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import type { Message } from './message.js';

/** The status codes that matter here, https://grpc.io/docs/guides/status-codes/ */
export const grpcStatus = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  notFound: 5,
  unimplemented: 12,
  unavailable: 14,
} as const;

/** A call that was answered with another status than OK. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly status: number;
  /** `grpc-status-details-bin`: a google.rpc.Status; empty when the answer has none. */
  readonly details: Uint8Array;

  constructor(status: number, text: string, details: Uint8Array = new Uint8Array()) {
    super(text);
    this.status = status;
    this.details = details;
  }
}

/** A call that ended without a status: the connection was lost. */
export class LostCall extends Error {
  override readonly name = 'LostCall';
}

/** A message as it stands in a stream: a byte that says it is not compressed, its length, itself. */
export function frame(body: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(5 + body.length);
  framed.writeUInt8(0, 0);
  framed.writeUInt32BE(body.length, 1);
  framed.set(body, 5);
  return framed;
}

/** The whole messages of a stream, wherever it was cut into chunks. */
export async function* frames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < 5 || length < frameLength(waiting)) continue;
    let joined = Buffer.concat(waiting);
    while (joined.length >= 5 && joined.length >= frameLength([joined])) {
      const end = frameLength([joined]);
      yield joined.subarray(5, end);
      joined = joined.subarray(end);
    }
    waiting = [joined];
    length = joined.length;
  }
}

/** The header may be cut too; then the chunks that hold it are small. */
function frameLength(chunks: readonly Buffer[]): number {
  const [first = Buffer.alloc(0)] = chunks;
  return 5 + (first.length >= 5 ? first : Buffer.concat(chunks)).readUInt32BE(1);
}

export interface Call<Q, A> {
  readonly path: string;
  readonly request: readonly [Message<Q>, Partial<Q>];
  readonly answer: Message<A>;
  readonly signal: AbortSignal;
}

/**
 * Sends one message and gives the messages of the answer as they come. Aborting the signal cancels the call.
 *
 * @throws {GrpcError} for any status but OK.
 * @throws {LostCall} when the connection ends before the status.
 */
export async function* serverStream<Q, A>(
  session: ClientHttp2Session,
  { path, request: [type, request], answer, signal }: Call<Q, A>,
): AsyncGenerator<A> {
  signal.throwIfAborted();
  const stream = session.request(
    { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' },
    { endStream: false },
  );
  const cancel = (): void => {
    stream.close(constants.NGHTTP2_CANCEL);
    stream.destroy();
  };
  signal.addEventListener('abort', cancel, { once: true });
  const status = statusOf(stream);
  stream.end(frame(type.encode(request)));
  try {
    for await (const body of frames(stream as AsyncIterable<Buffer>)) yield answer.decode(body);
  } catch (error) {
    signal.throwIfAborted();
    throw new LostCall(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', cancel);
    if (!stream.closed) cancel();
  }
  signal.throwIfAborted();
  throwUnlessOk(path, await status);
}

/** Sends one message and gives the one that answers it; throws as `serverStream` does. */
export async function unary<Q, A>(session: ClientHttp2Session, call: Call<Q, A>): Promise<A> {
  let last: A | undefined;
  for await (const message of serverStream(session, call)) last = message;
  if (last === undefined) throw new LostCall(`${call.path}: no answer`);
  return last;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The headers that carry the status: the trailers, or the only headers of an answer without a body. */
async function statusOf(stream: ClientHttp2Stream): Promise<Headers> {
  let headers: Headers = {};
  const add = (more: Headers): void => {
    headers = { ...headers, ...more };
  };
  stream.on('response', add);
  stream.on('trailers', add);
  await new Promise<void>((resolve) => {
    stream.once('close', resolve);
    // A failing stream is told of by whoever reads it.
    stream.on('error', () => undefined);
  });
  return headers;
}

function throwUnlessOk(path: string, headers: Headers): void {
  const status = headers['grpc-status'];
  if (status === String(grpcStatus.ok)) return;
  if (typeof status !== 'string') throw new LostCall(`${path}: the connection ended before the answer`);
  const text = headers['grpc-message'];
  const details = headers['grpc-status-details-bin'];
  throw new GrpcError(
    Number(status),
    typeof text === 'string' ? decodeStatusText(text) : '',
    typeof details === 'string' ? Buffer.from(details, 'base64') : undefined,
  );
}

/** gRPC's own percent encoding: bytes, of which some together are one character. */
export function decodeStatusText(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
