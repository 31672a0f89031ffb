import type { LabState } from '../lab-state.js';
import { immutableTagText, missingPartsText, putManifest, type PutManifestResult } from '../put-manifest.js';
import { AwsError } from './aws-error.js';
import { invalid, optionalText, requiredText, type Input } from './input.js';
import { namedRepository } from './repositories.js';

export function putImage(input: Input, state: LabState): unknown {
  const repository = namedRepository(input, state);
  const now = state.clock.now();
  if (!state.putImageRate.take(now, state.limits.putImagePerSecond))
    throw new AwsError('ThrottlingException', 'Rate exceeded');
  const tag = optionalText(input, 'imageTag');
  const result = putManifest(repository, {
    body: Buffer.from(requiredText(input, 'imageManifest')),
    mediaType: optionalText(input, 'imageManifestMediaType'),
    digest: optionalText(input, 'imageDigest'),
    tag,
    now,
  });
  if (result.kind !== 'stored') throw refusal(result, tag, repository.name, state.store.accountId);
  return {
    image: {
      registryId: state.store.accountId,
      repositoryName: repository.name,
      imageId: { imageDigest: result.manifest.digest, imageTag: tag },
      imageManifest: result.manifest.body.toString(),
      imageManifestMediaType: result.manifest.mediaType,
    },
  };
}

function refusal(
  result: Exclude<PutManifestResult, { readonly kind: 'stored' }>,
  tag: string | undefined,
  name: string,
  registryId: string,
): AwsError {
  switch (result.kind) {
    case 'already-there': {
      const image = `Image with digest '${result.manifest.digest}' and tag '${tag ?? 'null'}'`;
      const place = `in the repository with name '${name}' in registry with id '${registryId}'`;
      return new AwsError('ImageAlreadyExistsException', `${image} already exists ${place}`);
    }
    case 'not-json':
      return invalid('ImageManifest', 'Invalid JSON syntax');
    case 'invalid':
      return invalid('ImageManifest', result.reason);
    case 'digest-mismatch': {
      const text = `The calculated digest of the image is '${result.calculated}'`;
      return new AwsError('ImageDigestDoesNotMatchException', text);
    }
    case 'layers-missing': {
      const text = missingPartsText('Layers', result.digests, name, registryId);
      return new AwsError('LayersNotFoundException', text);
    }
    case 'images-missing': {
      const text = missingPartsText('Images', result.digests, name, registryId);
      return new AwsError('ReferencedImagesNotFoundException', text);
    }
    case 'tag-immutable':
      return new AwsError('ImageTagAlreadyExistsException', immutableTagText(result.tag, name));
  }
}
