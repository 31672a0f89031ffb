import type { StoredManifest, StoredRepository } from '../store.js';
import { isInput, optionalList, optionalText, type Input } from './input.js';

export interface ImageId {
  readonly imageDigest: string | undefined;
  readonly imageTag: string | undefined;
}

export function imageIdsIn(input: Input): readonly ImageId[] | undefined {
  return optionalList(input, 'imageIds')
    ?.filter(isInput)
    .map((id) => ({ imageDigest: optionalText(id, 'imageDigest'), imageTag: optionalText(id, 'imageTag') }));
}

/** The image that `id` names; a tag and a digest together must agree. */
export function findImage(repository: StoredRepository, id: ImageId): StoredManifest | undefined {
  const { imageDigest, imageTag } = id;
  const digest = imageTag === undefined ? imageDigest : repository.tags.get(imageTag);
  if (digest === undefined || (imageDigest !== undefined && imageDigest !== digest)) return undefined;
  return repository.manifests.get(digest);
}

export function imageNotFound(id: ImageId): unknown {
  return { imageId: id, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' };
}

/** One id for each tag; for an image without a tag its digest alone. */
export function allImageIds(repository: StoredRepository): readonly ImageId[] {
  return [...repository.manifests.keys()].flatMap((imageDigest): ImageId[] => {
    const tags = repository.tagsOf(imageDigest);
    return tags.length === 0
      ? [{ imageDigest, imageTag: undefined }]
      : tags.map((imageTag) => ({ imageDigest, imageTag }));
  });
}
