import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { TaskFailure } from '../../failure.js';

/**
 * Turns a request of the Engine API into a connection on which HTTP/2 is spoken.
 *
 * @throws {TaskFailure} EPP403 when the engine answers with anything else, EPP401 when it does not answer.
 */
export async function upgrade(
  docker: Docker,
  path: '/grpc' | '/session',
  headers: Readonly<Record<string, string | string[]>>,
  signal: AbortSignal,
): Promise<Duplex> {
  signal.throwIfAborted();
  // The modem's signal would also close the connection later on, which its owner does when all is said.
  const dialling = new AbortController();
  const stop = (): void => {
    dialling.abort(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve, reject) => {
    const dialled = {
      path,
      method: 'POST',
      hijack: true,
      headers: { ...headers, Connection: 'Upgrade', Upgrade: 'h2c' },
      statusCodes: {},
      abortSignal: dialling.signal,
    };
    docker.modem.dial(dialled, (error: unknown, connection: unknown) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) {
        if (isDuplex(connection)) connection.destroy();
        reject(toError(signal.reason));
      } else if (isDuplex(connection)) resolve(connection);
      else reject(refused(path, error));
    });
  });
}

function isDuplex(value: unknown): value is Duplex {
  return typeof value === 'object' && value !== null && 'write' in value && 'destroy' in value;
}

function refused(path: string, error: unknown): TaskFailure {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  const text = toError(error)
    .message.replace(/^\(HTTP code \d+\) unexpected - /, '')
    .trim();
  if (typeof status !== 'number')
    return new TaskFailure('EPP401', {
      what: `The Docker Engine gave no answer to POST ${path}.`,
      why: text,
      fix: 'See whether the engine still runs on the agent, for example with `systemctl status docker`, and look into its log.',
      cause: error,
    });
  return new TaskFailure('EPP403', {
    what: 'This engine offers no BuildKit.',
    why: `It answered POST ${path} with HTTP ${String(status)}: ${text}`,
    fix: "Use Docker Engine 20.10 or newer with Linux containers. Podman's socket and older engines cannot run this build.",
    cause: error,
  });
}

function toError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
