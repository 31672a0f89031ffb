import type { LocalImage } from '../docker/images.js';
import type { EnginePush } from '../docker/push.js';
import type { Digest, ImageId } from '../image-reference.js';
import { readManifest, type Manifest } from '../registry/manifest.js';
import { describeManifest, type Descriptor } from '../registry/manifest-content.js';
import type { PushTarget } from './preflight.js';

/** What the registry holds after the first push. */
export interface PushedImage {
  readonly manifest: Manifest;
  readonly configDigest: Digest;
  /** Of the image's own platform, in its order. */
  readonly layers: readonly Descriptor[];
  readonly local: LocalImage;
  /** What the engine did with each layer, by the short id under which it speaks of it. */
  readonly outcomes: EnginePush['layers'];
}

/** What was read back, before what the engine did is added. */
export type FoundImage = Omit<PushedImage, 'outcomes'>;

/** Whether what the registry holds is this image of the engine. */
export function holds({ manifest, configDigest }: FoundImage, image: ImageId): boolean {
  const id: string = image;
  // graphdriver's image id is the digest of the config, the containerd store's that of the manifest.
  return configDigest === id || manifest.digest === id;
}

/** @throws {TaskFailure} EPP302, EPP501, EPP502, EPP504, EPP506. */
export async function readPushed(
  digest: Digest,
  local: LocalImage,
  { registry, repository }: PushTarget,
  signal: AbortSignal,
): Promise<FoundImage> {
  const manifest = await readManifest(registry, repository.name, digest, signal);
  const content = describeManifest(manifest.bytes, manifest.mediaType);
  if (content.kind === 'image') return { manifest, local, ...content };
  const own = content.manifests.find(({ platform }) =>
    platform?.startsWith(`${local.os}/${local.architecture}`),
  );
  if (own === undefined) return { manifest, local, configDigest: manifest.digest, layers: [] };
  const { bytes, mediaType } = await readManifest(registry, repository.name, own.digest, signal);
  const image = describeManifest(bytes, mediaType);
  return image.kind === 'image'
    ? { manifest, local, ...image }
    : { manifest, local, configDigest: manifest.digest, layers: [] };
}
