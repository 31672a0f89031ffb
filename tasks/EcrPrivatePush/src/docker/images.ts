import type Docker from 'dockerode';
import { TaskFailure } from '../failure.js';
import { parseImageId, type ImageId } from '../image-reference.js';
import { EngineRefusal, engineRequest, imagePath, refusedRequest } from './engine-request.js';

/** An image that the engine has. */
export interface LocalImage {
  readonly id: ImageId;
  /** Bytes, as the engine counts them: unpacked (graphdriver), or packed and unpacked together (containerd store). */
  readonly size: number;
  /** Digests of the unpacked layers, base first. */
  readonly diffIds: readonly string[];
  readonly os: string;
  readonly architecture: string;
  /** RFC 3339; undefined for an image that does not say. */
  readonly created: string | undefined;
  readonly repoTags: readonly string[];
}

/**
 * The image that has this name or id; undefined when there is none.
 *
 * @throws {TaskFailure} EPP401 when the engine fails to answer.
 */
export async function findImage(
  docker: Docker,
  name: string,
  signal: AbortSignal,
): Promise<LocalImage | undefined> {
  try {
    return localImage(
      await engineRequest(docker, { method: 'GET', path: `${imagePath(name)}/json`, signal }),
    );
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error;
    if (error.status === 404) return undefined;
    throw refusedRequest(`The engine cannot tell whether it has the image '${name}'.`, error);
  }
}

/**
 * Gives the image the name `<repositoryUri>:<tag>`. Another image that has this name loses it, and stays.
 *
 * @throws {TaskFailure} EPP408 when the engine has no such image (any more), EPP401 when it fails to answer.
 */
export async function nameImage(
  docker: Docker,
  id: ImageId,
  repositoryUri: string,
  tag: string,
  signal: AbortSignal,
): Promise<void> {
  const query = { repo: repositoryUri, tag };
  try {
    await engineRequest(docker, { method: 'POST', path: `${imagePath(id)}/tag`, query, signal });
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error;
    if (error.status !== 404)
      throw refusedRequest(`The engine cannot name the image ${id} ${repositoryUri}:${tag}.`, error);
    throw new TaskFailure('EPP408', {
      what: `The engine no longer has the image ${id}, which was to be named ${repositoryUri}:${tag}.`,
      why: `The engine answered: ${error.message}`,
      fix: 'Look for a clean-up job on the agent that removes images, and keep it from running beside builds.',
      cause: error,
    });
  }
}

/**
 * Takes the name `<repositoryUri>:<tag>` away. An image that has other names stays under them; one whose last name
 * this is goes, as with `docker rmi`, unless a container uses it. A name that nobody has is fine.
 *
 * @throws {TaskFailure} EPP401 when the engine refuses (a container uses the image) or fails to answer.
 */
export async function unnameImage(docker: Docker, name: string, signal: AbortSignal): Promise<void> {
  try {
    await engineRequest(docker, { method: 'DELETE', path: imagePath(name), signal });
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error;
    if (error.status !== 404) throw refusedRequest(`The engine keeps the local name '${name}'.`, error);
  }
}

function localImage(answer: unknown): LocalImage {
  const image = fields(answer);
  const id = parseImageId(String(image['Id']));
  if (!id.ok) throw new EngineRefusal(200, `'${String(image['Id'])}' is not an image id`);
  return {
    id: id.value,
    size: typeof image['Size'] === 'number' ? image['Size'] : 0,
    diffIds: strings(fields(image['RootFS'])['Layers']),
    os: String(image['Os']),
    architecture: String(image['Architecture']),
    created: typeof image['Created'] === 'string' && image['Created'] !== '' ? image['Created'] : undefined,
    repoTags: strings(image['RepoTags']),
  };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
