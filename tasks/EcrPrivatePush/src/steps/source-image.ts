import { TaskFailure } from '../failure.js';
import { findImage } from '../docker/images.js';
import type { ImageId } from '../image-reference.js';
import type { Run } from '../run.js';
import type { LocalNames } from './local-names.js';
import type { ReadyEngine } from './preflight.js';

/**
 * The image that `command: push` names, held by the run's temporary name from here on.
 *
 * @throws {TaskFailure} EPP408 when the engine has no such image.
 */
export async function takeSourceImage(
  name: string,
  engine: ReadyEngine,
  names: LocalNames,
  { signal }: Run,
): Promise<ImageId> {
  const { docker, address } = engine.connection;
  const image = await findImage(docker, name, signal);
  if (image === undefined) {
    throw new TaskFailure('EPP408', {
      what: `The engine has no image '${name}'.`,
      why: `The engine at ${address} knows no image by this name or id.`,
      fix: "Check the input 'sourceImage' and that an earlier step of this job, on the same engine, built or pulled it. Without 'sourceImage' the name is <repository>:<first tag>, as `command: build` leaves it.",
    });
  }
  if (image.repoTags.length === 0) names.guardNameless();
  else await names.hold(image.id);
  return image.id;
}
