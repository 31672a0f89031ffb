import { randomUUID } from 'node:crypto';
import { connect, type ClientHttp2Session } from 'node:http2';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import {
  solvePath,
  solveRequest,
  solveResponse,
  statusPath,
  statusRequest,
  statusResponse,
  type SolveRequest,
  type StatusResponse,
} from './control.js';
import { serverStream, unary } from './grpc.js';
import { upgrade } from './upgrade.js';

/** Milliseconds that the engine's own end of the solve may take after its answer, or after a cancel. */
const lastProgress = 2_000;

export interface Solve {
  readonly docker: Docker;
  readonly request: Omit<Partial<SolveRequest>, 'Ref'>;
  readonly onStatus: (status: StatusResponse) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs one solve and follows its status beside it. Aborting the signal ends it in the engine, which may be about to
 * name the image: the status ends with the solve, so that it is waited for, and nothing of the solve comes later.
 *
 * @returns what the exporter answers.
 * @throws {GrpcError} why the solve failed.
 * @throws {LostCall} when the engine goes away.
 * @throws {TaskFailure} EPP403.
 */
export async function solve({
  docker,
  request,
  onStatus,
  signal,
}: Solve): Promise<ReadonlyMap<string, string>> {
  const connection = await upgrade(docker, '/grpc', {}, signal);
  const session = controlSession(connection);
  const ended = new AbortController();
  const Ref = randomUUID();
  const follow = async (): Promise<void> => {
    const statuses = serverStream(session, {
      path: statusPath,
      request: [statusRequest, { Ref }],
      answer: statusResponse,
      signal: ended.signal,
    });
    for await (const status of statuses) onStatus(status);
  };
  // Progress is for the reader: that it cannot be had, or no longer, must not fail the build.
  const followed = follow().catch(() => undefined);
  try {
    const { ExporterResponse } = await unary(session, {
      path: solvePath,
      request: [solveRequest, { ...request, Ref }],
      answer: solveResponse,
      signal,
    });
    return ExporterResponse;
  } finally {
    const timer = setTimeout(() => ended.abort(), lastProgress);
    await followed;
    clearTimeout(timer);
    session.destroy();
    connection.destroy();
  }
}

function controlSession(connection: Duplex): ClientHttp2Session {
  connection.on('error', () => undefined);
  const session = connect('http://docker', { createConnection: () => connection });
  // Its calls fail with it, and they are listened to.
  session.on('error', () => undefined);
  return session;
}
