import { randomUUID } from 'node:crypto';
import type { EngineConnection } from '../docker/engine.js';
import { findImage, nameImage, unnameImage } from '../docker/images.js';
import type { ImageId, Tag } from '../image-reference.js';
import type { Run } from '../run.js';

interface GivenName {
  readonly repositoryUri: string;
  readonly tag: Tag;
  /** The image that had this name before this run. */
  readonly before: ImageId | undefined;
}

/**
 * The names that a run gives its image in the engine. The temporary one is this run's alone: while it stands, no
 * prune and no other job on the host can take the image away. The others are put back as they were unless the run
 * ends well.
 */
export class LocalNames {
  /** A name that no other run has and no registry serves. */
  readonly temporary = { repository: `ecr-private-push/${randomUUID()}`, tag: 'run' } as const;
  readonly #given: GivenName[] = [];
  #nameless = false;
  readonly #engine: EngineConnection;

  constructor(engine: EngineConnection) {
    this.#engine = engine;
  }

  async give(image: ImageId, repositoryUri: string, tag: Tag, signal: AbortSignal): Promise<void> {
    const { docker } = this.#engine;
    if (!this.#given.some((given) => given.tag === tag && given.repositoryUri === repositoryUri)) {
      const before = await findImage(docker, `${repositoryUri}:${tag}`, signal);
      this.#given.push({ repositoryUri, tag, before: before?.id });
    }
    await nameImage(docker, image, repositoryUri, tag, signal);
  }

  /** The image is the user's and had no name: the first that it is given stays, since it would go with its last one. */
  guardNameless(): void {
    this.#nameless = true;
  }

  /** The run ended well: the given names stay. */
  keep(): void {
    this.#given.length = 0;
  }

  /** The run ended well and its names were not to stay, whatever had them before. */
  async remove(signal: AbortSignal): Promise<void> {
    for (const { repositoryUri, tag } of this.#takeBack())
      await unnameImage(this.#engine.docker, `${repositoryUri}:${tag}`, signal);
  }

  /** Takes the temporary name away and puts back every name that was given and not kept. Bounded, also after a cancel. */
  async restore({ agent, policy }: Run): Promise<void> {
    const { docker } = this.#engine;
    const signal = AbortSignal.timeout(policy.cleanUpTimeout);
    const undo = this.#takeBack().map(async ({ repositoryUri, tag, before }) =>
      before === undefined
        ? unnameImage(docker, `${repositoryUri}:${tag}`, signal)
        : nameImage(docker, before, repositoryUri, tag, signal),
    );
    const { repository, tag } = this.temporary;
    const results = await Promise.allSettled([...undo, unnameImage(docker, `${repository}:${tag}`, signal)]);
    for (const result of results)
      if (result.status === 'rejected')
        agent.log.warning(`A local name could not be put back: ${String(result.reason)}`);
  }

  /** The given names that are to go, once. */
  #takeBack(): readonly GivenName[] {
    return this.#given.splice(0).slice(this.#nameless ? 1 : 0);
  }
}
