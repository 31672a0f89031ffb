import type { RepositoryName } from '../image-reference.js';
import { decodeAuthorizationToken, type AuthorizationToken } from './authorization-token.js';
import { awsFailure, awsText, isAccessDenied } from './aws-failure.js';
import { orAborted } from './or-aborted.js';
import type { Region } from './region.js';
import type { RegistryId } from './registry-id.js';
import { repositoryFacts, repositoryMissing, type DescribedRepository } from './repository.js';

/** The calls to ECR's control plane that a push needs. */
export interface Ecr {
  /** @throws {TaskFailure} EPP2xx, EPP301. */
  authorizationToken(signal: AbortSignal): Promise<AuthorizationToken>;
  /** @throws {TaskFailure} EPP501 when there is no such repository, EPP2xx, EPP301. */
  describeRepository(
    name: RepositoryName,
    registryId: RegistryId | undefined,
    signal: AbortSignal,
  ): Promise<DescribedRepository>;
}

/** The SDK's own names. Four tries outlive a throttle; a connection inside a VPC takes milliseconds. */
const clientSettings = {
  maxAttempts: 4,
  retryMode: 'standard',
  customUserAgent: 'EcrPrivatePush',
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
};

/**
 * ECR's API in one region, with the SDK's default credential chain. Nothing is contacted yet.
 *
 * @param settings.endpoint another URL than the region's own.
 * @param settings.environment the process's own: the SDK reads its variables from there.
 */
export async function connectEcr(settings: {
  readonly region: Region;
  readonly endpoint: URL | undefined;
  readonly environment: NodeJS.ProcessEnv;
}): Promise<Ecr> {
  const { region, endpoint, environment } = settings;
  // The handler of the agent decides on the Node version, not the reader of the log.
  environment['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { ECRClient, GetAuthorizationTokenCommand, DescribeRepositoriesCommand } =
    await import('@aws-sdk/client-ecr');
  const client = new ECRClient({
    ...clientSettings,
    region,
    ...(endpoint === undefined ? {} : { endpoint: endpoint.href }),
  });
  return {
    authorizationToken: async (signal) => {
      try {
        const command = new GetAuthorizationTokenCommand({});
        const answer = await orAborted(client.send(command, { abortSignal: signal }), signal);
        return decodeAuthorizationToken(answer.authorizationData?.[0]);
      } catch (error) {
        signal.throwIfAborted();
        throw awsFailure(error, { action: 'ecr:GetAuthorizationToken', region, endpoint });
      }
    },
    describeRepository: async (name, registryId, signal) => {
      const asked = { name, registryId, region };
      try {
        const command = new DescribeRepositoriesCommand({
          repositoryNames: [name],
          ...(registryId === undefined ? {} : { registryId }),
        });
        const answer = await orAborted(client.send(command, { abortSignal: signal }), signal);
        return { kind: 'described', ...repositoryFacts(answer.repositories?.[0], asked) };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Error)) throw error;
        if (error.name === 'RepositoryNotFoundException') throw repositoryMissing(asked, error);
        if (isAccessDenied(error)) return { kind: 'not-readable', reason: awsText(error) };
        throw awsFailure(error, { action: 'ecr:DescribeRepositories', region, endpoint });
      }
    },
  };
}
