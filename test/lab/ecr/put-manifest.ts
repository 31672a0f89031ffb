import { createHash } from 'node:crypto';
import type { StoredManifest, StoredRepository } from './store.js';

const imageTypes: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
]);
const listTypes: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
]);

interface ManifestToPut {
  readonly body: Buffer;
  /** From the request; where absent, what the manifest says of itself. */
  readonly mediaType: string | undefined;
  readonly tag: string | undefined;
  /** The digest that the client says it has. */
  readonly digest: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What became of a manifest: both planes word these in their own way. */
export type PutManifestResult =
  | { readonly kind: 'stored'; readonly manifest: StoredManifest }
  | { readonly kind: 'already-there'; readonly manifest: StoredManifest }
  | { readonly kind: 'not-json' }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'digest-mismatch'; readonly calculated: string }
  | { readonly kind: 'layers-missing'; readonly digests: readonly string[] }
  | { readonly kind: 'images-missing'; readonly digests: readonly string[] }
  | { readonly kind: 'tag-immutable'; readonly tag: string };

/** Puts a manifest, and its tag where it has one, under ECR's rules (PutImage). */
export function putManifest(repository: StoredRepository, put: ManifestToPut): PutManifestResult {
  const read = readManifest(put.body, put.mediaType);
  if (read.kind !== 'manifest') return read;
  const digest = `sha256:${createHash('sha256').update(put.body).digest('hex')}`;
  if (put.digest !== undefined && put.digest !== digest)
    return { kind: 'digest-mismatch', calculated: digest };
  const missing = missingParts(repository, read);
  if (missing !== undefined) return missing;
  return store(repository, put, { digest, mediaType: read.mediaType, body: put.body, pushedAt: put.now });
}

function store(
  repository: StoredRepository,
  put: ManifestToPut,
  manifest: StoredManifest,
): PutManifestResult {
  const known = repository.manifests.get(manifest.digest);
  const tagged = put.tag === undefined ? manifest.digest : repository.tags.get(put.tag);
  if (known !== undefined && tagged === manifest.digest) return { kind: 'already-there', manifest: known };
  if (put.tag !== undefined && tagged !== undefined && repository.isImmutable(put.tag))
    return { kind: 'tag-immutable', tag: put.tag };
  repository.manifests.set(manifest.digest, known ?? manifest);
  if (put.tag !== undefined) repository.tags.set(put.tag, manifest.digest);
  repository.pushes.manifests += 1;
  return { kind: 'stored', manifest: known ?? manifest };
}

interface ReadManifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly layers: readonly string[];
  readonly images: readonly string[];
}

function readManifest(
  body: Buffer,
  type: string | undefined,
): ReadManifest | { readonly kind: 'not-json' } | { readonly kind: 'invalid'; readonly reason: string } {
  const json = parseObject(body.toString());
  if (json === undefined) return { kind: 'not-json' };
  const own = json['mediaType'];
  const mediaType = type ?? own;
  if (typeof mediaType !== 'string' || (own !== undefined && own !== mediaType))
    return { kind: 'invalid', reason: 'the media type is missing, or not the one that the manifest states' };
  if (json['schemaVersion'] !== 2)
    return { kind: 'invalid', reason: 'Invalid manifest: schemaVersion must be 2' };
  if (imageTypes.has(mediaType)) return readImage(json, mediaType);
  if (!listTypes.has(mediaType)) return { kind: 'invalid', reason: `Unsupported media type '${mediaType}'` };
  const images = digestsOf(json['manifests']);
  if (images === undefined)
    return { kind: 'invalid', reason: 'Invalid manifest list: manifests must have digests' };
  return { kind: 'manifest', mediaType, layers: [], images };
}

function readImage(
  json: Readonly<Record<string, unknown>>,
  mediaType: string,
): ReadManifest | { readonly kind: 'invalid'; readonly reason: string } {
  const layers = digestsOf(json['layers']);
  const config = digestsOf([json['config']]);
  if (layers === undefined || config === undefined)
    return { kind: 'invalid', reason: 'Invalid manifest: config and layers must have digests' };
  return { kind: 'manifest', mediaType, layers: [...config, ...layers], images: [] };
}

function missingParts(repository: StoredRepository, read: ReadManifest): PutManifestResult | undefined {
  const layers = read.layers.filter((digest) => !repository.blobs.has(digest));
  if (layers.length > 0) return { kind: 'layers-missing', digests: layers };
  const images = read.images.filter((digest) => !repository.manifests.has(digest));
  return images.length > 0 ? { kind: 'images-missing', digests: images } : undefined;
}

/** The digests of a list of descriptors; undefined where one has none. Layers that live elsewhere (`urls`) are left out. */
function digestsOf(descriptors: unknown): readonly string[] | undefined {
  if (!Array.isArray(descriptors)) return undefined;
  const digests: string[] = [];
  for (const descriptor of descriptors as readonly unknown[]) {
    if (!isObject(descriptor) || typeof descriptor['digest'] !== 'string') return undefined;
    if (descriptor['urls'] === undefined) digests.push(descriptor['digest']);
  }
  return digests;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** ECR's sentences about a refused manifest. */
export function missingPartsText(
  what: 'Layers' | 'Images',
  digests: readonly string[],
  repository: string,
  registryId: string,
): string {
  return `${what} with digests '[${digests.join(', ')}]' required for pushing image into repository with name '${repository}' in the registry with id '${registryId}' do not exist`;
}

export function immutableTagText(tag: string, repository: string): string {
  return `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`;
}
