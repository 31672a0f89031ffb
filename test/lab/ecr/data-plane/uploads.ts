import { randomUUID } from 'node:crypto';
import type { Answer } from '../answer.js';
import { digestOf, type IncomingBlob } from '../blob-files.js';
import { drain, type Exchange } from '../exchange.js';
import type { LabState } from '../lab-state.js';
import type { StoredRepository } from '../store.js';
import { registryError } from './registry-error.js';

interface Upload {
  readonly repository: StoredRepository;
  incoming: IncomingBlob;
  /** Whether a PATCH has brought its data. */
  patched: boolean;
}

/** Uploads that were started and neither finished nor cancelled, by their id. */
export type Uploads = Map<string, Upload>;

const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** Answers 202 also to `?digest=`: an upload in one POST is not among the ways that ECR documents. */
export function startUpload(exchange: Exchange, repository: StoredRepository, state: LabState): Answer {
  const mounted = mount(exchange.url.searchParams, repository, state);
  if (mounted !== undefined) return mounted;
  const id = randomUUID();
  state.uploads.set(id, { repository, incoming: state.files.begin(), patched: false });
  repository.pushes.uploadsStarted += 1;
  return { status: 202, headers: { Location: uploadUrl(repository, id, state), Range: '0-0' } };
}

function mount(query: URLSearchParams, repository: StoredRepository, state: LabState): Answer | undefined {
  const source = state.store.repositories.get(query.get('from') ?? '');
  const blob = source?.blobs.get(query.get('mount') ?? '');
  if (!state.settings.blobMounting || blob === undefined) return undefined;
  repository.blobs.set(blob.digest, blob);
  repository.pushes.mounts += 1;
  return blobCreated(repository, blob.digest, state);
}

/**
 * Only the first PATCH counts. ECR answers 201, not the specification's 202, and for later ones its Range stays
 * where the first left it; whether their data is kept is not sure, so here it is lost and no client may rely on it.
 */
export async function receiveData(
  exchange: Exchange,
  repository: StoredRepository,
  id: string,
  state: LabState,
): Promise<Answer> {
  const upload = find(repository, id, state);
  if (upload === undefined) return uploadUnknown(repository, id, state);
  if (upload.patched) await drain(exchange);
  else {
    upload.incoming = await state.files.append(upload.incoming, exchange.body);
    upload.patched = true;
  }
  return { status: 201, headers: progress(upload, id, state) };
}

export async function finishUpload(
  exchange: Exchange,
  repository: StoredRepository,
  id: string,
  state: LabState,
): Promise<Answer> {
  const upload = find(repository, id, state);
  if (upload === undefined) return uploadUnknown(repository, id, state);
  const digest = exchange.url.searchParams.get('digest') ?? '';
  if (!digestPattern.test(digest)) {
    await drain(exchange);
    return registryError(400, 'DIGEST_INVALID', `Invalid digest '${digest}'`);
  }
  const incoming = await state.files.append(upload.incoming, exchange.body);
  state.uploads.delete(id);
  if (digestOf(incoming) !== digest) {
    await state.files.discard(incoming);
    const text = 'None of the provided layer digests match the calculated layer digest';
    return registryError(400, 'BLOB_UPLOAD_INVALID', text);
  }
  const file = await state.files.keep(incoming, digest);
  repository.blobs.set(digest, { digest, size: incoming.size, file });
  repository.pushes.blobs += 1;
  repository.pushes.blobBytes += incoming.size;
  return blobCreated(repository, digest, state);
}

export function uploadStatus(repository: StoredRepository, id: string, state: LabState): Answer {
  const upload = find(repository, id, state);
  if (upload === undefined) return uploadUnknown(repository, id, state);
  return { status: 204, headers: progress(upload, id, state) };
}

export async function cancelUpload(
  repository: StoredRepository,
  id: string,
  state: LabState,
): Promise<Answer> {
  const upload = find(repository, id, state);
  if (upload === undefined) return uploadUnknown(repository, id, state);
  state.uploads.delete(id);
  await state.files.discard(upload.incoming);
  return { status: 204 };
}

function find(repository: StoredRepository, id: string, state: LabState): Upload | undefined {
  const upload = state.uploads.get(id);
  return upload?.repository === repository ? upload : undefined;
}

function progress(upload: Upload, id: string, state: LabState): Record<string, string> {
  const last = Math.max(0, upload.incoming.size - 1);
  return { Location: uploadUrl(upload.repository, id, state), Range: `0-${String(last)}` };
}

function uploadUrl(repository: StoredRepository, id: string, state: LabState): string {
  return `${state.url}/v2/${repository.name}/blobs/uploads/${id}`;
}

function blobCreated(repository: StoredRepository, digest: string, state: LabState): Answer {
  return {
    status: 201,
    headers: {
      Location: `${state.url}/v2/${repository.name}/blobs/${digest}`,
      'Docker-Content-Digest': digest,
    },
  };
}

function uploadUnknown(repository: StoredRepository, id: string, state: LabState): Answer {
  const text = `The upload with id '${id}' does not exist in the repository with name '${repository.name}' in the registry with id '${state.store.accountId}'`;
  return registryError(404, 'BLOB_UPLOAD_UNKNOWN', text);
}
