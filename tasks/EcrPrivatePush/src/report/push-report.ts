import type { Digest, Tag } from '../image-reference.js';

export type Phase = 'preflight' | 'build' | 'push' | 'tags' | 'verify';

export interface PhaseTime {
  readonly phase: Phase;
  /** Milliseconds. */
  readonly duration: number;
}

export interface PushedLayer {
  readonly digest: Digest;
  /** Compressed, in bytes. */
  readonly size: number;
  /** `new` was uploaded by this run, `reused` was in the repository; undefined when the engine did not say. */
  readonly outcome: 'new' | 'reused' | undefined;
}

/** What a push came to. */
export interface PushReport {
  /** `host/name`. */
  readonly repositoryUri: string;
  readonly region: string;
  readonly tags: readonly [Tag, ...Tag[]];
  readonly digest: Digest;
  readonly platform: string;
  readonly baseImage: string | undefined;
  readonly layers: readonly PushedLayer[];
  readonly phases: readonly PhaseTime[];
}

/** Bytes that the registry keeps for the image's layers, compressed. */
export function compressedSize(report: PushReport): number {
  return report.layers.reduce((sum, layer) => sum + layer.size, 0);
}

/** `host/name:tag`, of the first tag. */
export function imageUri(report: PushReport): string {
  return `${report.repositoryUri}:${report.tags[0]}`;
}

/** `host/name@digest`: the one reference that no later push can change. */
export function imageRef(report: PushReport): string {
  return `${report.repositoryUri}@${report.digest}`;
}

/** Milliseconds of all phases. */
export function totalDuration(phases: readonly PhaseTime[]): number {
  return phases.reduce((sum, phase) => sum + phase.duration, 0);
}
