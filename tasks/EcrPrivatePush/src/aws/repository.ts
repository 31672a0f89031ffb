import type { Repository as RepositoryDescription } from '@aws-sdk/client-ecr';
import { TaskFailure } from '../failure.js';
import type { RepositoryName } from '../image-reference.js';
import type { Region } from './region.js';
import type { RegistryId } from './registry-id.js';

const tagMutabilities = [
  'MUTABLE',
  'IMMUTABLE',
  'IMMUTABLE_WITH_EXCLUSION',
  'MUTABLE_WITH_EXCLUSION',
] as const;
/** `UNKNOWN`: a setting newer than this task. */
export type TagMutability = (typeof tagMutabilities)[number] | 'UNKNOWN';

interface RepositoryFacts {
  /** `host/name`. */
  readonly uri: string;
  readonly arn: string;
  readonly registryId: string;
  readonly tagMutability: TagMutability;
}

/** What ECR tells about a repository. A role that may only push often lacks ecr:DescribeRepositories. */
export type DescribedRepository =
  | ({ readonly kind: 'described' } & RepositoryFacts)
  | { readonly kind: 'not-readable'; readonly reason: string };

/** Which repository was asked about; the caller's own registry when `registryId` is undefined. */
interface RepositoryQuestion {
  readonly name: RepositoryName;
  readonly registryId: RegistryId | undefined;
  readonly region: Region;
}

/** @throws {TaskFailure} EPP205 when a part that the API promises is missing. */
export function repositoryFacts(
  description: RepositoryDescription | undefined,
  asked: RepositoryQuestion,
): RepositoryFacts {
  const { repositoryUri, repositoryArn, registryId, imageTagMutability } = description ?? {};
  const tagMutability = tagMutabilities.find((known) => known === imageTagMutability);
  if (repositoryUri === undefined || repositoryArn === undefined || registryId === undefined)
    throw new TaskFailure('EPP205', {
      what: `Amazon ECR did not describe the repository ${asked.name} in ${asked.region}.`,
      why: 'Its answer to DescribeRepositories lacks the uri, the ARN or the registry id.',
      fix: "If the input 'ecrEndpoint' or AWS_ENDPOINT_URL_ECR is set, check that an ECR API answers there.",
    });
  return { uri: repositoryUri, arn: repositoryArn, registryId, tagMutability: tagMutability ?? 'UNKNOWN' };
}

export function repositoryMissing(asked: RepositoryQuestion, cause: Error): TaskFailure {
  const account = asked.registryId ?? /registry with id '(\d{12})'/.exec(cause.message)?.[1];
  const registry = account === undefined ? "the caller's own account" : `account ${account}`;
  const option = asked.registryId === undefined ? '' : ` --registry-id ${asked.registryId}`;
  return new TaskFailure('EPP501', {
    what: `The repository ${asked.name} does not exist in ${registry}, region ${asked.region}.`,
    why: 'Amazon ECR answered DescribeRepositories with RepositoryNotFoundException.',
    fix: `Check the inputs 'repository', 'region' and 'registryId', or create it: aws ecr create-repository --region ${asked.region}${option} --repository-name ${asked.name}`,
    cause,
  });
}
