import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type Docker from 'dockerode';
import { frame, frames, GrpcError, grpcStatus } from './grpc.js';
import { upgrade } from './upgrade.js';

/** One call by the engine. */
export interface IncomingCall {
  /** The call's metadata among them. */
  readonly headers: IncomingHttpHeaders;
  /** What the engine sends. */
  readonly messages: AsyncIterable<Uint8Array>;
  /** Aborted when the engine gives the call up and when the session is closed. */
  readonly signal: AbortSignal;
  /** Sends one message; resolves when there is room for the next. */
  readonly send: (body: Uint8Array) => Promise<void>;
}

/** Answers one call. A GrpcError that it throws is its status; anything else fails the build. */
export type Service = (call: IncomingCall) => Promise<void>;

export interface Session {
  readonly id: string;
  close(): void;
}

export interface SessionOptions {
  readonly docker: Docker;
  /** By path, `/package.Service/Method`. */
  readonly services: ReadonlyMap<string, Service>;
  /** Told of what a service threw: why the build cannot go on. */
  readonly onFailure: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/**
 * Opens the session, on which the engine is the client and asks back during a build: for the context, the
 * Dockerfile, credentials. It lasts until it is closed.
 *
 * @throws {TaskFailure} EPP403.
 */
export async function openSession({ docker, services, onFailure, signal }: SessionOptions): Promise<Session> {
  const id = randomUUID();
  const connection = await upgrade(
    docker,
    '/session',
    {
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'ecr-private-push',
      // Nobody else's: the engine takes a file of the same size and time under the same key for unchanged.
      'X-Docker-Expose-Session-Sharedkey': id,
      'X-Docker-Expose-Session-Grpc-Method': [...services.keys()],
    },
    signal,
  );
  // The control connection tells of a lost engine; this one need not.
  connection.on('error', () => undefined);
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
  });
  server.on('stream', (stream, headers) => void serve(stream, headers, services, onFailure));
  server.emit('connection', connection);
  return {
    id,
    close: () => {
      for (const session of sessions) session.destroy();
      connection.destroy();
    },
  };
}

async function serve(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  services: ReadonlyMap<string, Service>,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const given = new AbortController();
  stream.on('error', () => undefined);
  stream.once('close', () => {
    given.abort(new Error('the engine ended the call'));
  });
  let trailers: Record<string, string> = { 'grpc-status': String(grpcStatus.ok) };
  stream.on('wantTrailers', () => {
    stream.sendTrailers(trailers);
  });
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  const call: IncomingCall = {
    headers,
    // A service that has heard enough still answers on the same stream.
    messages: frames(stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>),
    signal: given.signal,
    send: (body) => send(stream, body),
  };
  try {
    const path = headers[':path'] ?? '';
    const service = services.get(path);
    if (service === undefined) throw new GrpcError(grpcStatus.unimplemented, `unknown method ${path}`);
    await service(call);
  } catch (error) {
    if (stream.destroyed) return;
    const status = error instanceof GrpcError ? error.status : grpcStatus.unknown;
    const text = error instanceof Error ? error.message : String(error);
    trailers = { 'grpc-status': String(status), 'grpc-message': encodeURIComponent(text) };
    if (!(error instanceof GrpcError)) onFailure(error);
  }
  stream.resume();
  stream.end();
}

async function send(stream: ServerHttp2Stream, body: Uint8Array): Promise<void> {
  if (stream.destroyed) throw new Error('the engine ended the call');
  if (stream.write(frame(body))) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.once('drain', done).once('close', done);
  });
}
