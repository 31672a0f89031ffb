import type { LabState } from '../lab-state.js';
import type { StoredManifest, StoredRepository } from '../store.js';
import { AwsError } from './aws-error.js';
import { allImageIds, findImage, imageIdsIn, imageNotFound } from './image-ids.js';
import { isInput, optionalText, parseInput, type Input } from './input.js';
import { pageOf } from './pages.js';
import { namedRepository } from './repositories.js';

export function listImages(input: Input, state: LabState): unknown {
  const repository = namedRepository(input, state);
  const filter = isInput(input['filter']) ? optionalText(input['filter'], 'tagStatus') : undefined;
  const ids = allImageIds(repository).filter(
    ({ imageTag }) =>
      filter === undefined || filter === 'ANY' || (filter === 'TAGGED') === (imageTag !== undefined),
  );
  const page = pageOf(ids, input);
  return { imageIds: page.items, nextToken: page.nextToken };
}

export function describeImages(input: Input, state: LabState): unknown {
  const repository = namedRepository(input, state);
  const asked = imageIdsIn(input)?.map((id) => {
    const image = findImage(repository, id);
    if (image !== undefined) return image;
    const text = `The image with imageId {imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'} does not exist within the repository with name '${repository.name}' in the registry with id '${state.store.accountId}'`;
    throw new AwsError('ImageNotFoundException', text);
  });
  const page = pageOf(asked ?? [...repository.manifests.values()], input);
  return {
    imageDetails: page.items.map((image) => detail(image, repository, state)),
    nextToken: page.nextToken,
  };
}

export function batchGetImage(input: Input, state: LabState): unknown {
  const repository = namedRepository(input, state);
  const images: unknown[] = [];
  const failures: unknown[] = [];
  for (const id of imageIdsIn(input) ?? []) {
    const image = findImage(repository, id);
    if (image === undefined) failures.push(imageNotFound(id));
    else
      images.push({
        registryId: state.store.accountId,
        repositoryName: repository.name,
        imageId: { imageDigest: image.digest, imageTag: id.imageTag },
        imageManifest: image.body.toString(),
        imageManifestMediaType: image.mediaType,
      });
  }
  return { images, failures };
}

function detail(image: StoredManifest, repository: StoredRepository, state: LabState): unknown {
  return {
    registryId: state.store.accountId,
    repositoryName: repository.name,
    imageDigest: image.digest,
    imageTags: repository.tagsOf(image.digest),
    imageSizeInBytes: sizeOf(image),
    imagePushedAt: image.pushedAt / 1000,
    imageManifestMediaType: image.mediaType,
    imageStatus: 'ACTIVE',
  };
}

/** The compressed size of the layers. */
function sizeOf(image: StoredManifest): number {
  const layers = parseInput(image.body.toString())['layers'];
  if (!Array.isArray(layers)) return 0;
  const sizes = (layers as readonly unknown[]).map((layer) => (isInput(layer) ? layer['size'] : 0));
  return sizes.reduce<number>((sum, size) => sum + (typeof size === 'number' ? size : 0), 0);
}
