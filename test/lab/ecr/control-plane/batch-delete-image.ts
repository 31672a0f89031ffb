import type { LabState } from '../lab-state.js';
import type { StoredRepository } from '../store.js';
import { findImage, imageIdsIn, imageNotFound, type ImageId } from './image-ids.js';
import type { Input } from './input.js';
import { namedRepository } from './repositories.js';

/** By tag: takes the tag off, and the image with its last one. By digest: the image and all its tags. */
export function batchDeleteImage(input: Input, state: LabState): unknown {
  const repository = namedRepository(input, state);
  const imageIds: ImageId[] = [];
  const failures: unknown[] = [];
  for (const id of imageIdsIn(input) ?? []) {
    const image = findImage(repository, id);
    if (image === undefined) failures.push(imageNotFound(id));
    else imageIds.push(...remove(repository, image.digest, id.imageTag));
  }
  return { imageIds, failures };
}

function remove(repository: StoredRepository, digest: string, tag: string | undefined): readonly ImageId[] {
  const tags = tag === undefined ? repository.tagsOf(digest) : [tag];
  for (const removed of tags) repository.tags.delete(removed);
  if (repository.tagsOf(digest).length === 0) repository.manifests.delete(digest);
  return tags.length === 0
    ? [{ imageDigest: digest, imageTag: undefined }]
    : tags.map((imageTag) => ({ imageDigest: digest, imageTag }));
}
