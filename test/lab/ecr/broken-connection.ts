import type { IncomingMessage } from 'node:http';
import type { Step } from './faults.js';

type ConnectionFault = 'reset' | 'eof' | 'stall';

/** Steps whose answer has a body, so that the end of file can come in the middle of it. */
const answersWithBody: ReadonlySet<Step> = new Set<Step>([
  'authorization-token',
  'describe-repositories',
  'create-repository',
  'list-images',
  'describe-images',
  'batch-get-image',
  'manifest-get',
  'layer-download',
  'tags-list',
]);

/** Breaks the connection of `request` as `kind` says; there will be no whole answer. */
export function breakConnection(
  request: IncomingMessage,
  step: Step | undefined,
  kind: ConnectionFault,
): void {
  if (kind === 'stall') return;
  if (kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (step !== undefined && answersWithBody.has(step)) endInsideAnswer(request);
  else endInsideRequest(request);
}

function endInsideAnswer(request: IncomingMessage): void {
  request.once('end', () => {
    request.socket.end(
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4096\r\n\r\n{"half":',
    );
  });
  request.resume();
}

/** Closes only the sending side and reads on: a socket closed over unread bytes sends a reset, not an end of file. */
function endInsideRequest(request: IncomingMessage): void {
  const end = (): void => {
    if (!request.socket.writableEnded) request.socket.end();
  };
  request.once('data', end);
  request.once('end', end);
}
