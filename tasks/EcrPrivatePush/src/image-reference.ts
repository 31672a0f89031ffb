/** The names of registries and images: what a repository, tag, digest and image id look like. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type RepositoryName = Branded<'RepositoryName'>;
export type Tag = Branded<'Tag'>;
/** `sha256:` and 64 hex digits: of a manifest. */
export type Digest = Branded<'Digest'>;
/** The engine's own name for an image. graphdriver: the config's digest; containerd store: the manifest's. */
export type ImageId = Branded<'ImageId'>;

/** How a value is read from text: the value, or the rule that the text breaks and an example that keeps it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rule: string; readonly example: string };

export interface RegistryEndpoint {
  /** `http` only on a loopback address, as the Docker Engine has it. */
  readonly scheme: 'https' | 'http';
  /** Host, with `:port` where it is not the scheme's own. */
  readonly host: string;
}

export interface Repository {
  readonly registry: RegistryEndpoint;
  readonly name: RepositoryName;
}

const repositoryPattern = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** ECR's grammar, CreateRepository `repositoryName`: 2 to 256 characters. */
export function parseRepositoryName(text: string): Parsed<RepositoryName> {
  if (text.length >= 2 && text.length <= 256 && repositoryPattern.test(text))
    return { ok: true, value: text as RepositoryName };
  return {
    ok: false,
    rule: 'an ECR repository name: 2 to 256 lower-case letters, digits, single . _ - between them, and / between parts; no registry host, no tag',
    example: 'team/app',
  };
}

/** The Distribution specification's grammar of a tag. */
export function parseTag(text: string): Parsed<Tag> {
  if (tagPattern.test(text)) return { ok: true, value: text as Tag };
  return {
    ok: false,
    rule: 'a tag: 1 to 128 letters, digits, _ . -, not starting with . or -',
    example: '1.4.2',
  };
}

export function parseDigest(text: string): Parsed<Digest> {
  if (digestPattern.test(text)) return { ok: true, value: text as Digest };
  return {
    ok: false,
    rule: 'a digest: sha256: and 64 hex digits',
    example: `sha256:${'0123456789abcdef'.repeat(4)}`,
  };
}

export function parseImageId(text: string): Parsed<ImageId> {
  if (digestPattern.test(text)) return { ok: true, value: text as ImageId };
  return {
    ok: false,
    rule: 'an image id: sha256: and 64 hex digits',
    example: `sha256:${'0123456789abcdef'.repeat(4)}`,
  };
}

/** `host/name`, as `docker pull` wants it and ECR's `repositoryUri` has it. */
export function repositoryUri(repository: Repository): string {
  return `${repository.registry.host}/${repository.name}`;
}
