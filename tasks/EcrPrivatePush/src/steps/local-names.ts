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
  readonly #run: Run;

  constructor(engine: EngineConnection, run: Run) {
    this.#engine = engine;
    this.#run = run;
  }

  /** Gives the temporary name to an image that was there before. */
  async hold(image: ImageId): Promise<void> {
    const { repository, tag } = this.temporary;
    await this.#name(image, repository, tag);
  }

  async give(image: ImageId, repositoryUri: string, tag: Tag): Promise<void> {
    if (!this.#given.some((given) => given.tag === tag && given.repositoryUri === repositoryUri)) {
      const before = await findImage(this.#engine.docker, `${repositoryUri}:${tag}`, this.#run.signal);
      this.#given.push({ repositoryUri, tag, before: before?.id });
    }
    await this.#name(image, repositoryUri, tag);
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
  async remove(): Promise<void> {
    for (const { repositoryUri, tag } of this.#takeBack())
      await unnameImage(this.#engine.docker, `${repositoryUri}:${tag}`, this.#run.signal);
  }

  /** Takes the temporary name away and puts back every name that was given and not kept. Bounded, also after a cancel. */
  async restore(): Promise<void> {
    const { docker } = this.#engine;
    const signal = this.#bound();
    const undo = this.#takeBack().map(async ({ repositoryUri, tag, before }) =>
      before === undefined
        ? unnameImage(docker, `${repositoryUri}:${tag}`, signal)
        : nameImage(docker, before, repositoryUri, tag, signal),
    );
    const { repository, tag } = this.temporary;
    const results = await Promise.allSettled([...undo, unnameImage(docker, `${repository}:${tag}`, signal)]);
    for (const result of results)
      if (result.status === 'rejected')
        this.#run.agent.log.warning(`A local name could not be put back: ${String(result.reason)}`);
  }

  /** Not to be broken off by a cancel: a name that the engine still gives after it was taken away would stay. */
  async #name(image: ImageId, repository: string, tag: string): Promise<void> {
    this.#run.signal.throwIfAborted();
    await nameImage(this.#engine.docker, image, repository, tag, this.#bound());
  }

  #bound(): AbortSignal {
    return AbortSignal.timeout(this.#run.policy.cleanUpTimeout);
  }

  /** The given names that are to go, once. */
  #takeBack(): readonly GivenName[] {
    return this.#given.splice(0).slice(this.#nameless ? 1 : 0);
  }
}
