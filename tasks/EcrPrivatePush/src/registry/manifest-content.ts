import { TaskFailure } from '../failure.js';
import { parseDigest, type Digest } from '../image-reference.js';

/** What the OCI specification calls a descriptor. */
export interface Descriptor {
  readonly digest: Digest;
  /** Bytes, as stored: compressed. */
  readonly size: number;
  readonly mediaType: string;
}

type ManifestContent =
  | { readonly kind: 'image'; readonly configDigest: Digest; readonly layers: readonly Descriptor[] }
  | { readonly kind: 'index'; readonly manifests: readonly PlatformManifest[] };

interface PlatformManifest extends Descriptor {
  /** `os/architecture[/variant]`; attestations are `unknown/unknown`. */
  readonly platform: string | undefined;
}

const imageTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]);
const indexTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);

/**
 * What a manifest says: https://github.com/opencontainers/image-spec/blob/main/manifest.md and image-index.md.
 *
 * @throws {TaskFailure} EPP506 when it is of another type, or not what its type says.
 */
export function describeManifest(bytes: Uint8Array, mediaType: string): ManifestContent {
  const type = mediaType.split(';', 1)[0]?.trim() ?? '';
  const content = field(parse(bytes, type), undefined, type);
  if (imageTypes.has(type))
    return {
      kind: 'image',
      configDigest: descriptor(content['config'], 'config', type).digest,
      layers: list(content['layers'], 'layers', type).map((layer) => descriptor(layer, 'layers', type)),
    };
  if (indexTypes.has(type))
    return {
      kind: 'index',
      manifests: list(content['manifests'], 'manifests', type).map((entry) => ({
        ...descriptor(entry, 'manifests', type),
        platform: platform(field(entry, 'manifests', type)['platform']),
      })),
    };
  throw unreadable(type, 'the task knows image manifests and indexes only');
}

function parse(bytes: Uint8Array, type: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw unreadable(type, 'it is no JSON', cause);
  }
}

function field(value: unknown, name: string | undefined, type: string): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw unreadable(type, name === undefined ? 'it is no object' : `its ${name} is not as specified`);
}

function list(value: unknown, name: string, type: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw unreadable(type, `its ${name} is no list`);
}

function descriptor(value: unknown, name: string, type: string): Descriptor {
  const { digest, size, mediaType } = field(value, name, type);
  const parsed = parseDigest(typeof digest === 'string' ? digest : '');
  if (
    parsed.ok &&
    typeof size === 'number' &&
    Number.isSafeInteger(size) &&
    size >= 0 &&
    typeof mediaType === 'string'
  )
    return { digest: parsed.value, size, mediaType };
  throw unreadable(type, `its ${name} holds a descriptor without a proper digest, size or mediaType`);
}

function platform(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const parts = [value['os'], value['architecture'], value['variant']];
  return parts.filter((part) => typeof part === 'string' && part !== '').join('/') || undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(type: string, why: string, cause?: unknown): TaskFailure {
  return new TaskFailure('EPP506', {
    what: `The registry's manifest of type '${type.slice(0, 128)}' cannot be read.`,
    why: `Against its specification, ${why}.`,
    fix: 'Check what was pushed under this tag, and that no proxy changes the answers of the registry.',
    cause,
  });
}
