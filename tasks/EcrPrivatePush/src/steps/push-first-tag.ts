import { findImage, type LocalImage } from '../docker/images.js';
import { EnginePushError, pushThroughEngine, type EnginePush } from '../docker/push.js';
import type { LayerOutcome } from '../docker/push-progress.js';
import { TaskFailure } from '../failure.js';
import { repositoryUri, type Digest, type ImageId, type Tag } from '../image-reference.js';
import { manifestDigest } from '../registry/manifest.js';
import type { RegistryCredentials } from '../registry-credentials.js';
import { withRetry } from '../retry.js';
import { retryNotice } from '../retry-notice.js';
import type { Run } from '../run.js';
import { isTokenRefusal, judgeEnginePush, pushFailure } from './engine-push-failure.js';
import type { LocalNames } from './local-names.js';
import type { PushTarget, ReadyEngine } from './preflight.js';
import { holds, readPushed, type PushedImage } from './pushed-image.js';

/** How often another job on the same engine may take the name away between naming and pushing. */
const namings = 4;

/**
 * Pushes the image under its first tag. The engine pushes a local name to the same name in the registry, so a job
 * beside this one can give that name to its own image in between: the manifest that arrived must be of this image,
 * else it is named and pushed again.
 *
 * @throws {TaskFailure} EPP302, EPP409, EPP501 to EPP504, EPP506, EPP507.
 */
export async function pushFirstTag(
  image: ImageId,
  tag: Tag,
  engine: ReadyEngine,
  target: PushTarget,
  names: LocalNames,
  run: Run,
): Promise<PushedImage> {
  const { signal, agent } = run;
  const uri = repositoryUri(target.repository);
  const local = await findImage(engine.connection.docker, image, signal);
  if (local === undefined) throw vanished(image);
  for (let naming = 1; naming <= namings; naming++) {
    await names.give(image, uri, tag);
    const { digest, layers } = await pushOrFind(local, tag, engine, target, run);
    const pushed = await readPushed(digest, local, target, signal);
    if (holds(pushed, image)) {
      agent.log.info(`Push         ${uri}:${tag}${layerCounts([...layers.values()])}`);
      return { ...pushed, outcomes: layers };
    }
    agent.log.info(
      `Another job on this engine gave ${uri}:${tag} to its own image; naming and pushing again`,
    );
  }
  throw anotherImage(`${uri}:${tag}`, image);
}

function layerCounts(outcomes: readonly LayerOutcome[]): string {
  const uploaded = outcomes.filter((outcome) => outcome === 'pushed').length;
  return outcomes.length === 0 ? '' : `, ${String(uploaded)} of ${String(outcomes.length)} layers uploaded`;
}

/** Pushes, or finds that an immutable tag holds this very image already, which is as good. */
async function pushOrFind(
  local: LocalImage,
  tag: Tag,
  engine: ReadyEngine,
  target: PushTarget,
  run: Run,
): Promise<EnginePush> {
  const { registry, repository } = target;
  let attempts = 0;
  try {
    return await pushWithRetry(tag, engine, target, run, (number) => (attempts = number));
  } catch (error) {
    if (!(error instanceof EnginePushError)) throw error;
    const failed = { repository, tag, attempts };
    const tagMayBeTaken = error.refusal === 'tag-immutable' || error.refusal === 'manifest-refused';
    const digest = tagMayBeTaken
      ? await manifestDigest(registry, repository.name, tag, run.signal)
      : undefined;
    if (digest === undefined) throw pushFailure(error, failed);
    if (!holds(await readPushed(digest, local, target, run.signal), local.id))
      throw pushFailure(withReason(error, digest, target), failed);
    run.agent.log.info(`The immutable tag ${tag} holds this very image already`);
    return { digest, layers: new Map() };
  }
}

/** The reason that the engine lost, where what the registry and the API say leaves only one. */
function withReason(error: EnginePushError, taken: Digest, { tagMutability }: PushTarget): EnginePushError {
  if (error.refusal === 'tag-immutable' || tagMutability === undefined || tagMutability === 'MUTABLE')
    return error;
  const why = `HTTP 400, whose reason the engine lost; the tag holds ${taken}, and the tags of the repository are ${tagMutability}`;
  return new EnginePushError('tag-immutable', why, error);
}

async function pushWithRetry(
  tag: Tag,
  engine: ReadyEngine,
  { repository, tokens }: PushTarget,
  { agent, clock, policy, signal }: Run,
  onAttempt: (number: number) => void,
): Promise<EnginePush> {
  let refused: RegistryCredentials | undefined;
  let renewed = false;
  let stalls = 0;
  const attempt = async (number: number): Promise<EnginePush> => {
    onAttempt(number);
    renewed = refused !== undefined;
    const credentials =
      refused === undefined ? await tokens.current(signal) : await tokens.renew(refused, signal);
    try {
      return await pushThroughEngine({
        docker: engine.connection.docker,
        repositoryUri: repositoryUri(repository),
        tag,
        credentials,
        serverAddress: repository.registry.host,
        stallTimeout: policy.stallTimeout,
        clock,
        onRetrying: (line: string) => agent.log.info(`The engine: ${line}`),
        signal,
      });
    } catch (error) {
      if (isTokenRefusal(error)) refused = credentials;
      if (error instanceof EnginePushError && error.refusal === 'stalled') stalls++;
      throw error;
    }
  };
  return withRetry(attempt, {
    policy: policy.registryRetry,
    clock,
    signal,
    judge: (error) => judgeEnginePush(error, { renewed, stalls }),
    onRetry: (notice) => agent.log.info(retryNotice('Push', notice)),
  });
}

function vanished(image: ImageId): TaskFailure {
  return new TaskFailure('EPP408', {
    what: `The engine no longer has the image ${image}.`,
    why: 'It was there a moment ago, under a name that only this run has.',
    fix: 'Look for a clean-up job on the agent that removes images by force, and keep it from running beside builds.',
  });
}

function anotherImage(name: string, image: ImageId): TaskFailure {
  return new TaskFailure('EPP507', {
    what: `The engine pushed another image as ${name} than the one of this run, ${image}.`,
    why: `Another job on the same engine gave that name to its own image, ${String(namings)} times in a row.`,
    fix: 'Give each job a first tag of its own, such as $(Build.BuildId), and list the shared one, such as latest, after it.',
  });
}
