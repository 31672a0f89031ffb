import type { Answer } from '../answer.js';
import type { LabState } from '../lab-state.js';
import type { StoredBlob, StoredRepository } from '../store.js';
import { registryError } from './registry-error.js';

export function headBlob(repository: StoredRepository, digest: string): Answer {
  const blob = repository.blobs.get(digest);
  if (blob === undefined) return blobUnknown(digest);
  return { status: 200, headers: { ...headersOf(blob), 'Content-Length': String(blob.size) } };
}

/** Like ECR, sends the client to "S3", which here is another path of the same server that asks for no credentials. */
export function getBlob(repository: StoredRepository, digest: string, state: LabState): Answer {
  const blob = repository.blobs.get(digest);
  if (blob === undefined) return blobUnknown(digest);
  return { status: 307, headers: { Location: `${state.url}/s3/${repository.name}/${digest}` } };
}

export function downloadLayer(
  repository: StoredRepository,
  digest: string,
  range: string | undefined,
): Answer {
  const blob = repository.blobs.get(digest);
  if (blob === undefined) return { status: 404, body: 'NoSuchKey' };
  const headers = { ...headersOf(blob), 'Accept-Ranges': 'bytes' };
  if (range === undefined)
    return { status: 200, headers, body: { file: blob.file, start: 0, end: blob.size - 1 } };
  const wanted = readRange(range, blob.size);
  if (wanted === undefined)
    return { status: 416, headers: { 'Content-Range': `bytes */${String(blob.size)}` } };
  const { start, end } = wanted;
  const contentRange = `bytes ${String(start)}-${String(end)}/${String(blob.size)}`;
  return {
    status: 206,
    headers: { ...headers, 'Content-Range': contentRange },
    body: { file: blob.file, start, end },
  };
}

/** One range of RFC 9110, both ends included; undefined where it cannot be satisfied. */
function readRange(
  range: string,
  size: number,
): { readonly start: number; readonly end: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (first === '')
    return last === '' ? undefined : { start: Math.max(0, size - Number(last)), end: size - 1 };
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end ? { start, end } : undefined;
}

function headersOf(blob: StoredBlob): Record<string, string> {
  return { 'Content-Type': 'application/octet-stream', 'Docker-Content-Digest': blob.digest };
}

function blobUnknown(digest: string): Answer {
  return registryError(404, 'BLOB_UNKNOWN', `blob unknown to registry: ${digest}`);
}
