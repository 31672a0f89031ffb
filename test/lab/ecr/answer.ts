import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** A part of a file, both ends included. */
interface FileSlice {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | FileSlice;
}

/** Writes `answer`. A HEAD request gets the headers of its GET, Content-Length included. */
export async function send(response: ServerResponse, method: string, answer: Answer): Promise<void> {
  const { body } = answer;
  const length = body === undefined ? 0 : lengthOf(body);
  const headers: Record<string, string> = { ...answer.headers };
  if (headers['Content-Length'] === undefined && answer.status !== 204)
    headers['Content-Length'] = String(length);
  response.writeHead(answer.status, headers);
  if (body === undefined || method === 'HEAD' || length === 0) {
    response.end();
    return;
  }
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    response.end(body);
    return;
  }
  await pipeline(createReadStream(body.file, { start: body.start, end: body.end }), response);
}

function lengthOf(body: string | Buffer | FileSlice): number {
  if (typeof body === 'string') return Buffer.byteLength(body);
  return Buffer.isBuffer(body) ? body.length : body.end - body.start + 1;
}
