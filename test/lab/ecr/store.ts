export type Mutability = 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION';

export interface StoredBlob {
  readonly digest: string;
  readonly size: number;
  readonly file: string;
}

export interface StoredManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly body: Buffer;
  /** Milliseconds since the epoch. */
  readonly pushedAt: number;
}

/** What was pushed to one repository since it was made. */
export interface PushCounters {
  uploadsStarted: number;
  blobs: number;
  blobBytes: number;
  mounts: number;
  manifests: number;
}

export interface RepositorySettings {
  readonly mutability: Mutability;
  /** Wildcard patterns of tags for the two `_WITH_EXCLUSION` kinds. */
  readonly exclusionFilters: readonly string[];
}

export class StoredRepository {
  readonly name: string;
  readonly arn: string;
  readonly settings: RepositorySettings;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly blobs = new Map<string, StoredBlob>();
  readonly manifests = new Map<string, StoredManifest>();
  readonly tags = new Map<string, string>();
  readonly pushes: PushCounters = { uploadsStarted: 0, blobs: 0, blobBytes: 0, mounts: 0, manifests: 0 };

  constructor(name: string, arn: string, settings: RepositorySettings, createdAt: number) {
    this.name = name;
    this.arn = arn;
    this.settings = settings;
    this.createdAt = createdAt;
  }

  manifest(digestOrTag: string): StoredManifest | undefined {
    return this.manifests.get(this.tags.get(digestOrTag) ?? digestOrTag);
  }

  tagsOf(digest: string): readonly string[] {
    return [...this.tags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag);
  }

  isImmutable(tag: string): boolean {
    const { mutability, exclusionFilters } = this.settings;
    if (mutability === 'MUTABLE' || mutability === 'IMMUTABLE') return mutability === 'IMMUTABLE';
    const excluded = exclusionFilters.some((filter) => wildcard(filter).test(tag));
    return excluded === (mutability === 'MUTABLE_WITH_EXCLUSION');
  }
}

function wildcard(filter: string): RegExp {
  const parts = filter.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

/** The repositories of one account in one region: both planes work on this. */
export class Store {
  readonly accountId: string;
  readonly region: string;
  readonly repositories = new Map<string, StoredRepository>();

  constructor(accountId: string, region: string) {
    this.accountId = accountId;
    this.region = region;
  }

  /** Returns undefined where the name is taken. */
  create(name: string, settings: RepositorySettings, now: number): StoredRepository | undefined {
    if (this.repositories.has(name)) return undefined;
    const repository = new StoredRepository(name, this.arnOf(name), settings, now);
    this.repositories.set(name, repository);
    return repository;
  }

  arnOf(name: string): string {
    return `arn:aws:ecr:${this.region}:${this.accountId}:repository/${name}`;
  }
}

/** ECR's sentence, the same on both planes. */
export function repositoryMissingText(name: string, registryId: string): string {
  return `The repository with name '${name}' does not exist in the registry with id '${registryId}'`;
}
