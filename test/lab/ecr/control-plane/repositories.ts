import type { LabState } from '../lab-state.js';
import {
  repositoryMissingText,
  type Mutability,
  type RepositorySettings,
  type StoredRepository,
} from '../store.js';
import { AwsError } from './aws-error.js';
import { invalid, isInput, optionalList, optionalText, requiredText, type Input } from './input.js';
import { pageOf } from './pages.js';

const namePattern = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const mutabilities: readonly string[] = [
  'MUTABLE',
  'IMMUTABLE',
  'MUTABLE_WITH_EXCLUSION',
  'IMMUTABLE_WITH_EXCLUSION',
] satisfies readonly Mutability[];

/** The repository that an operation names; throws RepositoryNotFoundException, also for another account's registry. */
export function namedRepository(
  input: Input,
  state: LabState,
  name = requiredText(input, 'repositoryName'),
): StoredRepository {
  const registryId = optionalText(input, 'registryId') ?? state.store.accountId;
  const repository = state.store.repositories.get(name);
  if (repository === undefined || registryId !== state.store.accountId)
    throw new AwsError('RepositoryNotFoundException', repositoryMissingText(name, registryId));
  return repository;
}

export function describeRepositories(input: Input, state: LabState): unknown {
  const names = optionalList(input, 'repositoryNames');
  if (names !== undefined) {
    const found = names.map((name) => namedRepository(input, state, String(name)));
    return { repositories: found.map((repository) => describe(repository, state)) };
  }
  const page = pageOf([...state.store.repositories.values()], input);
  return {
    repositories: page.items.map((repository) => describe(repository, state)),
    nextToken: page.nextToken,
  };
}

export function createRepository(input: Input, state: LabState): unknown {
  const name = requiredText(input, 'repositoryName');
  if (name.length < 2 || name.length > 256 || !namePattern.test(name))
    throw invalid('repositoryName', `must satisfy regular expression '${namePattern.source}'`);
  const repository = state.store.create(name, settingsOf(input), state.clock.now());
  if (repository === undefined)
    throw new AwsError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${state.store.accountId}'`,
    );
  return { repository: describe(repository, state) };
}

export function deleteRepository(input: Input, state: LabState): unknown {
  const repository = namedRepository(input, state);
  if (repository.manifests.size > 0 && input['force'] !== true)
    throw new AwsError(
      'RepositoryNotEmptyException',
      `The repository with name '${repository.name}' in registry with id '${state.store.accountId}' cannot be deleted because it still contains images`,
    );
  state.store.repositories.delete(repository.name);
  return { repository: describe(repository, state) };
}

function settingsOf(input: Input): RepositorySettings {
  const mutability = optionalText(input, 'imageTagMutability') ?? 'MUTABLE';
  if (!isMutability(mutability)) throw invalid('imageTagMutability', 'Member must satisfy enum value set');
  const filters = optionalList(input, 'imageTagMutabilityExclusionFilters') ?? [];
  const exclusionFilters = filters.map((filter) => (isInput(filter) ? requiredText(filter, 'filter') : ''));
  if (exclusionFilters.length > 5)
    throw invalid('imageTagMutabilityExclusionFilters', 'at most 5 are allowed');
  return { mutability, exclusionFilters };
}

function isMutability(value: string): value is Mutability {
  return mutabilities.includes(value);
}

function describe(repository: StoredRepository, state: LabState): unknown {
  const { mutability, exclusionFilters } = repository.settings;
  const filters = exclusionFilters.map((filter) => ({ filterType: 'WILDCARD', filter }));
  return {
    repositoryArn: repository.arn,
    registryId: state.store.accountId,
    repositoryName: repository.name,
    repositoryUri: `${state.host}/${repository.name}`,
    createdAt: repository.createdAt / 1000,
    imageTagMutability: mutability,
    ...(filters.length > 0 ? { imageTagMutabilityExclusionFilters: filters } : {}),
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: 'AES256' },
  };
}
