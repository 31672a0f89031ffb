import { createHash } from 'node:crypto';
import { TaskFailure } from '../failure.js';
import { parseDigest, type Digest, type RepositoryName, type Tag } from '../image-reference.js';
import { RegistryError } from './registry-error.js';
import { isImmutableTag, registryFailure, type RegistryTask } from './registry-failure.js';
import type { Registry, RegistryAnswer } from './transport.js';

/** A manifest as the registry holds it, byte for byte: another spelling would be another digest. */
export interface Manifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly digest: Digest;
}

export interface TagResult {
  readonly tag: Tag;
  readonly digest: Digest;
  /** `unchanged`: an immutable tag that held this very manifest before. */
  readonly kind: 'written' | 'unchanged';
}

/** Without these ECR may convert the manifest, and its digest with it. */
const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * The digest that a tag holds; undefined when there is no such tag.
 *
 * @throws {TaskFailure} EPP302, EPP502, EPP504, EPP506.
 */
export async function manifestDigest(
  registry: Registry,
  name: RepositoryName,
  reference: Tag | Digest,
  signal: AbortSignal,
): Promise<Digest | undefined> {
  const task = readingTask(registry, name, reference);
  try {
    const head = {
      method: 'HEAD',
      path: path(name, reference),
      headers: { accept },
      accept: [200, 404],
    } as const;
    const answer = await registry.request(head, signal);
    return answer.status === 404 ? undefined : digestHeader(answer, task);
  } catch (error) {
    throw registryFailure(error, task);
  }
}

/**
 * The manifest under a tag or digest, its digest computed here and held equal to what the registry says.
 *
 * @throws {TaskFailure} EPP302, EPP501, EPP502, EPP504, EPP506.
 */
export async function readManifest(
  registry: Registry,
  name: RepositoryName,
  reference: Tag | Digest,
  signal: AbortSignal,
): Promise<Manifest> {
  const task = readingTask(registry, name, reference);
  try {
    const get = { method: 'GET', path: path(name, reference), headers: { accept }, accept: [200] } as const;
    const answer = await registry.request(get, signal);
    const digest = digestHeader(answer, task);
    const computed = `sha256:${createHash('sha256').update(answer.body).digest('hex')}`;
    if (computed !== digest) throw malformed(task, `it says ${digest} of a manifest that is ${computed}`);
    return { bytes: answer.body, mediaType: answer.headers.get('content-type') ?? '', digest };
  } catch (error) {
    throw registryFailure(error, task);
  }
}

/**
 * Puts a manifest under a tag. An immutable tag that holds it already is a success.
 *
 * @throws {TaskFailure} EPP302, EPP501, EPP502, EPP503, EPP504, EPP506.
 */
export async function putManifest(
  registry: Registry,
  name: RepositoryName,
  tag: Tag,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<TagResult> {
  const { bytes, mediaType, digest } = manifest;
  try {
    await registry.request(
      {
        method: 'PUT',
        path: path(name, tag),
        headers: { 'content-type': mediaType },
        body: bytes,
        accept: [200, 201, 202],
      },
      signal,
    );
    return { tag, digest, kind: 'written' };
  } catch (error) {
    if (error instanceof RegistryError && isImmutableTag(error))
      if ((await manifestDigest(registry, name, tag, signal)) === digest)
        return { tag, digest, kind: 'unchanged' };
    const doing = `put the tag ${tag}`;
    throw registryFailure(error, { registry: registry.endpoint, name, doing, action: 'ecr:PutImage', tag });
  }
}

function path(name: RepositoryName, reference: Tag | Digest): string {
  return `/v2/${name}/manifests/${reference}`;
}

function readingTask(registry: Registry, name: RepositoryName, reference: Tag | Digest): RegistryTask {
  return {
    registry: registry.endpoint,
    name,
    doing: `read the manifest ${reference}`,
    action: 'ecr:BatchGetImage',
  };
}

function digestHeader(answer: RegistryAnswer, task: RegistryTask): Digest {
  const header = answer.headers.get('docker-content-digest') ?? '';
  const parsed = parseDigest(header);
  if (parsed.ok) return parsed.value;
  throw malformed(task, `its Docker-Content-Digest is '${header.slice(0, 128)}'`);
}

function malformed(task: RegistryTask, why: string): TaskFailure {
  return new TaskFailure('EPP506', {
    what: `The registry's answer cannot be trusted: it was to ${task.doing} in ${task.registry.host}/${task.name}.`,
    why: `The answer contradicts the Distribution specification: ${why}.`,
    fix: `Check that ${task.registry.host} is an ECR registry and that no proxy changes its answers.`,
  });
}
