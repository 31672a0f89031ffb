import type { Answer } from '../answer.js';
import { readWhole, type Exchange } from '../exchange.js';
import type { LabState } from '../lab-state.js';
import { immutableTagText, missingPartsText, putManifest, type PutManifestResult } from '../put-manifest.js';
import type { StoredRepository } from '../store.js';
import { rateExceeded, registryError } from './registry-error.js';

/** Largest manifest: 4 MiB, as PutImage has it. */
const manifestLimit = 4 * 1024 * 1024;
const tagPattern = /^\w[\w.-]{0,127}$/;

export function getManifest(repository: StoredRepository, reference: string, state: LabState): Answer {
  const manifest = repository.manifest(reference);
  if (manifest === undefined) {
    const id = reference.startsWith('sha256:') ? 'imageDigest' : 'imageTag';
    const text = `The image with imageId {${id}:'${reference}'} does not exist within the repository with name '${repository.name}' in the registry with id '${state.store.accountId}'`;
    return registryError(404, 'MANIFEST_UNKNOWN', text);
  }
  return {
    status: 200,
    headers: { 'Content-Type': manifest.mediaType, 'Docker-Content-Digest': manifest.digest },
    body: manifest.body,
  };
}

export async function putManifestRequest(
  exchange: Exchange,
  repository: StoredRepository,
  reference: string,
  state: LabState,
): Promise<Answer> {
  const body = await readWhole(exchange, manifestLimit);
  const now = state.clock.now();
  if (!state.putImageRate.take(now, state.limits.putImagePerSecond)) return rateExceeded();
  const digest = reference.startsWith('sha256:') ? reference : undefined;
  if (digest === undefined && !tagPattern.test(reference))
    return registryError(400, 'TAG_INVALID', `Invalid parameter at 'imageTag': '${reference}'`);
  const tag = digest === undefined ? reference : undefined;
  const mediaType = exchange.headers['content-type'];
  const result = putManifest(repository, { body, mediaType, tag, digest, now });
  return answerTo(result, repository, state);
}

function answerTo(result: PutManifestResult, repository: StoredRepository, state: LabState): Answer {
  const { accountId } = state.store;
  switch (result.kind) {
    case 'stored':
    case 'already-there':
      return {
        status: 201,
        headers: {
          Location: `${state.url}/v2/${repository.name}/manifests/${result.manifest.digest}`,
          'Docker-Content-Digest': result.manifest.digest,
        },
      };
    case 'not-json':
      return registryError(
        405,
        'UNSUPPORTED',
        `Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'`,
      );
    case 'invalid':
      return registryError(400, 'MANIFEST_INVALID', result.reason);
    case 'digest-mismatch':
      return registryError(
        400,
        'DIGEST_INVALID',
        `The calculated digest of the manifest is '${result.calculated}'`,
      );
    case 'layers-missing':
      return registryError(
        400,
        'MANIFEST_BLOB_UNKNOWN',
        missingPartsText('Layers', result.digests, repository.name, accountId),
      );
    case 'images-missing':
      return registryError(
        400,
        'MANIFEST_BLOB_UNKNOWN',
        missingPartsText('Images', result.digests, repository.name, accountId),
      );
    case 'tag-immutable':
      return registryError(400, 'TAG_INVALID', immutableTagText(result.tag, repository.name));
  }
}
