import { connectEcr } from '../aws/ecr.js';
import { ecrTokens } from '../aws/ecr-tokens.js';
import { instanceMetadata } from '../aws/instance-metadata.js';
import { registryEndpoint } from '../aws/registry-endpoint.js';
import { resolveRegion, type Region } from '../aws/region.js';
import type { TagMutability } from '../aws/repository.js';
import { connectEngine, inspectEngine, type EngineConnection, type EngineFacts } from '../docker/engine.js';
import type { Repository } from '../image-reference.js';
import { repositoryUri } from '../image-reference.js';
import type { Inputs } from '../inputs.js';
import { checkPushPermission } from '../registry/check-push-permission.js';
import { checkReadPermission } from '../registry/check-read-permission.js';
import { connectRegistry, type Registry } from '../registry/transport.js';
import type { RegistryTokens } from '../registry-credentials.js';
import { retryNotice } from '../retry-notice.js';
import type { Run } from '../run.js';
import { sideBySide } from '../side-by-side.js';

export interface ReadyEngine {
  readonly connection: EngineConnection;
  readonly facts: EngineFacts;
}

/** Where this run pushes to, proven to accept it. */
export interface PushTarget {
  readonly region: Region;
  readonly repository: Repository;
  readonly registry: Registry;
  readonly tokens: RegistryTokens;
  /** Undefined where the role may not describe the repository. */
  readonly tagMutability: TagMutability | undefined;
}

/** @throws {TaskFailure} EPP401, EPP402, EPP403. */
export async function proveEngine(run: Run, signal: AbortSignal = run.signal): Promise<ReadyEngine> {
  const connection = await connectEngine(run.environment);
  const facts = await inspectEngine(connection, signal);
  run.agent.log.info(
    `Engine       ${facts.version} at ${connection.address}, ${facts.operatingSystem}/${facts.architecture}, ${facts.storageDriver}`,
  );
  return { connection, facts };
}

/**
 * Engine, credentials, repository and the permission to push, side by side.
 *
 * @throws {TaskFailure} EPP2xx, EPP3xx, EPP40x, EPP50x of whichever fails first.
 */
export async function provePush(inputs: Inputs, run: Run): Promise<readonly [ReadyEngine, PushTarget]> {
  return sideBySide(
    run.signal,
    (signal) => proveEngine(run, signal),
    (signal) => proveTarget(inputs, run, signal),
  );
}

async function proveTarget(inputs: Inputs, run: Run, signal: AbortSignal): Promise<PushTarget> {
  const { agent, clock, environment, policy } = run;
  const { log } = agent;
  const metadata = instanceMetadata(environment);
  const { region, source } = await resolveRegion({ input: inputs.region, environment, metadata, signal });
  log.info(`Region       ${region}, from ${source === 'input' ? 'the input' : source}`);

  const ecr = await connectEcr({ region, endpoint: inputs.ecrEndpoint, environment });
  const tokens = ecrTokens({ ecr, clock, onToken: (password) => agent.mask(password) });
  const [proxyEndpoint, described] = await sideBySide(
    signal,
    (either) => tokens.proxyEndpoint(either),
    (either) => ecr.describeRepository(inputs.repository, inputs.registryId, either),
  );
  const repository: Repository = {
    name: inputs.repository,
    registry: registryEndpoint({
      proxyEndpoint,
      registryId: inputs.registryId,
      repositoryUri: described.kind === 'described' ? described.uri : undefined,
    }),
  };
  log.info(
    `Repository   ${repositoryUri(repository)}, ${described.kind === 'described' ? described.tagMutability : `not described: ${described.reason}`}`,
  );

  const registry = connectRegistry({
    endpoint: repository.registry,
    tokens,
    fetch: run.fetch,
    clock,
    retry: policy.registryRetry,
    requestTimeout: policy.requestTimeout,
    onRetry: (notice) => log.info(retryNotice('The registry', notice)),
  });
  await sideBySide(
    signal,
    (either) => checkPushPermission(registry, repository.name, either),
    (either) => checkReadPermission(registry, repository.name, inputs.tags[0], either),
  );
  log.info(
    `Permission   ${repository.registry.host} accepts an upload (opened and cancelled) and lets manifests be read`,
  );
  const tagMutability = described.kind === 'described' ? described.tagMutability : undefined;
  return { region, repository, registry, tokens, tagMutability };
}
