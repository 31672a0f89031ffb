import { parseDigest, type Digest } from '../image-reference.js';

/** What the engine did with a layer. */
export type LayerOutcome = 'pushed' | 'exists' | 'mounted';

/** One message of the engine's answer to a push. */
export type PushMessage =
  | { readonly kind: 'layer'; readonly id: string; readonly outcome: LayerOutcome }
  | { readonly kind: 'retrying'; readonly id: string; readonly seconds: number }
  | { readonly kind: 'digest'; readonly digest: Digest }
  | { readonly kind: 'error'; readonly text: string }
  /** Progress that decides nothing. */
  | { readonly kind: 'other' };

/**
 * Reads a message. The graphdriver store tells the digest in `aux`, the containerd store only in a line
 * `v1: digest: sha256:… size: 527`.
 */
export function readPushMessage(line: unknown): PushMessage {
  const { error, errorDetail, aux, id, status } = fields(line);
  const detail = fields(errorDetail)['message'] ?? error;
  if (typeof detail === 'string') return { kind: 'error', text: detail };
  const digest = fields(aux)['Digest'];
  if (typeof digest === 'string') return readDigest(digest);
  if (typeof status !== 'string') return { kind: 'other' };
  return typeof id === 'string'
    ? readLayer(id, status)
    : readDigest(/: digest: (\S+) size: /.exec(status)?.[1] ?? '');
}

/**
 * Tells progress from repetition: the containerd store says the same of a waiting layer ten times a second.
 *
 * @returns whether a message says anything of its layer that the one before did not.
 */
export function newsOfLayers(): (line: unknown) => boolean {
  const last = new Map<unknown, string>();
  return (line) => {
    const { id } = fields(line);
    const text = JSON.stringify(line);
    if (last.get(id) === text) return false;
    last.set(id, text);
    return true;
  };
}

function readLayer(id: string, status: string): PushMessage {
  const seconds = /^Retrying in (\d+) seconds?/.exec(status)?.[1];
  if (seconds !== undefined) return { kind: 'retrying', id, seconds: Number(seconds) };
  const outcome = readOutcome(status);
  return outcome === undefined ? { kind: 'other' } : { kind: 'layer', id, outcome };
}

function readOutcome(status: string): LayerOutcome | undefined {
  if (status === 'Pushed') return 'pushed';
  if (status === 'Layer already exists' || status === 'Already exists') return 'exists';
  return status.startsWith('Mounted from') ? 'mounted' : undefined;
}

function readDigest(text: string): PushMessage {
  const digest = parseDigest(text);
  return digest.ok ? { kind: 'digest', digest: digest.value } : { kind: 'other' };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
