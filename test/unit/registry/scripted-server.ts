import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What the server does with one request. */
export type Turn =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  /** The connection is reset before any answer. */
  | 'reset'
  /** The answer ends before the length that it announced. */
  | 'eof'
  /** Nothing is ever answered. */
  | 'stall'
  /** The headers are sent, and half of the body. */
  | 'stall-body';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ScriptedServer extends AsyncDisposable {
  readonly origin: string;
  readonly host: string;
  readonly requests: readonly SeenRequest[];
}

/**
 * A real HTTP server on loopback. A list of turns is played in order, a function decides by request; what goes
 * beyond the list is answered 418, which nobody accepts.
 */
export async function scriptedServer(
  script: readonly Turn[] | ((request: SeenRequest) => Turn),
): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((incoming, response) => {
    void buffer(incoming).then((body) => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, url, headers, body };
      requests.push(request);
      play(typeof script === 'function' ? script(request) : script[requests.length - 1], incoming, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const host = `127.0.0.1:${address.port}`;
  return {
    origin: `http://${host}`,
    host,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function play(turn: Turn | undefined, incoming: IncomingMessage, response: ServerResponse): void {
  switch (turn) {
    case 'reset':
      incoming.socket.resetAndDestroy();
      return;
    case 'stall':
      return;
    case 'eof':
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half', () => incoming.socket.end());
      return;
    case 'stall-body':
      response.writeHead(200, { 'content-length': '1000' }).write('half');
      return;
    default:
      response.writeHead(turn?.status ?? 418, turn?.headers).end(turn?.body);
  }
}
