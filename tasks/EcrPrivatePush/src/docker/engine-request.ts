import type Docker from 'dockerode';
import { TaskFailure } from '../failure.js';

export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** An answer of the engine that is not 2xx. The message is the engine's own. */
export class EngineRefusal extends Error {
  override readonly name = 'EngineRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * One call of the Engine API that is answered with JSON. Goes past dockerode's own methods because several of them
 * take no signal.
 *
 * @throws {EngineRefusal} for an answer that is not 2xx.
 * @throws {TaskFailure} EPP401 when the connection fails.
 */
export async function engineRequest(docker: Docker, request: EngineRequest): Promise<unknown> {
  const { method, path, query, signal } = request;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        method,
        // The modem takes a query only when the path ends with its question mark.
        path: query === undefined ? path : `${path}?`,
        options: query === undefined ? undefined : { _query: query, _body: {} },
        abortSignal: signal,
        statusCodes: { 200: true, 201: true, 204: true },
      },
      (error: unknown, body: unknown) => {
        if (signal.aborted) reject(abortReason(signal));
        else if (error === null || error === undefined) resolve(body);
        else reject(toRefusal(error) ?? lostConnection(request, error));
      },
    );
  });
}

/** What the engine refused, for a user who cannot do anything about the request itself. */
export function refusedRequest(what: string, refusal: EngineRefusal): TaskFailure {
  return new TaskFailure('EPP401', {
    what,
    why: `The engine answered HTTP ${String(refusal.status)}: ${refusal.message}`,
    fix: "Look into the engine's own log on the agent, for example with `journalctl -u docker`.",
    cause: refusal,
  });
}

/** A path segment for each part of an image name, so that no character of it is taken for URL syntax. */
export function imagePath(name: string): string {
  return `/images/${name.split('/').map(encodeURIComponent).join('/')}`;
}

/** The reason as something that can be rejected with. */
export function abortReason({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** What the modem says of an answer that is not 2xx; undefined for any other error. */
export function toRefusal(error: unknown): EngineRefusal | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number')
    return undefined;
  // The modem puts the engine's words into a frame of its own.
  return new EngineRefusal(error.statusCode, error.message.replace(/^\(HTTP code \d+\) .*? - /, '').trim());
}

function lostConnection({ method, path }: EngineRequest, error: unknown): TaskFailure {
  return new TaskFailure('EPP401', {
    what: `The Docker Engine gave no answer to ${method} ${path}.`,
    why: error instanceof Error ? error.message : String(error),
    fix: 'See whether the engine still runs on the agent, for example with `systemctl status docker`, and look into its log.',
    cause: error,
  });
}
