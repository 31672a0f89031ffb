import type { StatusResponse, Timestamp, Vertex, VertexLog, VertexStatus, VertexWarning } from './control.js';
import { OutputLines } from './output-lines.js';

/** One thing that the engine does for the build. */
export interface Step {
  /** In the order in which steps start, from 1. */
  readonly number: number;
  /** As BuildKit names it, on one line: `[stage-1 2/3] RUN make`, `[internal] load metadata for …`. */
  readonly name: string;
  /** `engine`: no instruction of the Dockerfile, but what comes with every build. */
  readonly kind: 'instruction' | 'engine';
}

export type StepEnd =
  | { readonly result: 'done'; readonly seconds: number }
  | { readonly result: 'cached' }
  | { readonly result: 'cancelled' }
  | { readonly result: 'failed'; readonly error: string };

export type ProgressEvent =
  | { readonly kind: 'started'; readonly step: Step }
  | {
      readonly kind: 'output';
      readonly step: Step;
      /** Since the step started. */
      readonly seconds: number;
      readonly lines: readonly string[];
    }
  /** Bytes moved so far; of how many, where that is known. */
  | {
      readonly kind: 'transfer';
      readonly step: Step;
      readonly seconds: number;
      readonly current: number;
      readonly total: number;
    }
  | { readonly kind: 'ended'; readonly step: Step; readonly end: StepEnd }
  | { readonly kind: 'warning'; readonly text: string; readonly line: number | undefined };

export interface FailedStep {
  readonly step: Step;
  readonly error: string;
  /** The end of its output. */
  readonly lastLines: readonly string[];
}

/** Lines of each step that are kept, for the case that it fails. */
const keptLines = 50;

interface TrackedStep {
  readonly step: Step;
  readonly started: Timestamp;
  readonly streams: Map<number, OutputLines>;
  readonly transfers: Map<string, { readonly current: number; readonly total: number }>;
  readonly finishedStatuses: Set<string>;
  lastLines: readonly string[];
  ended: boolean;
}

/** Reads the engine's status messages as events. Does nothing else: no clock, no output. */
export class Progress {
  readonly #vertices = new Map<string, Vertex>();
  readonly #steps = new Map<string, TrackedStep>();
  #failed: FailedStep | undefined;

  /** The first step that failed by itself. */
  get failed(): FailedStep | undefined {
    return this.#failed;
  }

  /** Every vertex that was heard of, as it was last. */
  get vertices(): readonly Vertex[] {
    return [...this.#vertices.values()];
  }

  read({ vertexes, statuses, logs, warnings }: StatusResponse): readonly ProgressEvent[] {
    for (const vertex of vertexes) this.#remember(vertex);
    const runs = vertexes.filter(hasStarted).toSorted(byStart);
    return [
      ...runs.flatMap((run) => (runs.some(isLaterRunOf(run)) ? this.#wholeRun(run) : this.#start(run))),
      ...statuses.flatMap((status) => this.#status(status)),
      ...logs.flatMap((log) => this.#output(log)),
      ...runs.flatMap((run) => this.#end(run)),
      ...warnings.map(toWarning),
    ];
  }

  /** One message may tell of a vertex twice, and not in order: an end is not forgotten. */
  #remember(vertex: Vertex): void {
    const known = this.#vertices.get(vertex.digest);
    if (known?.completed === undefined || vertex.completed !== undefined)
      this.#vertices.set(vertex.digest, vertex);
  }

  #wholeRun(run: Run): readonly ProgressEvent[] {
    return [...this.#start(run), ...this.#end(run)];
  }

  /** A vertex may run more than once: a base image is looked up first and pulled later, when it is needed. */
  #start(run: Run): readonly ProgressEvent[] {
    const { digest, name, started, completed, error } = run;
    const tracked = this.#steps.get(digest);
    if (tracked === undefined) {
      const step: Step = { number: this.#steps.size + 1, name: oneLine(name), kind: kindOf(name) };
      this.#steps.set(digest, newRun(step, started));
      return [{ kind: 'started', step }];
    }
    const isAnother = secondsBetween(tracked.started, started) > 0;
    const isWorthTelling = completed === undefined || error !== '';
    if (!tracked.ended || !isAnother || !isWorthTelling) return [];
    this.#steps.set(digest, newRun(tracked.step, started));
    return [{ kind: 'started', step: tracked.step }];
  }

  #status({ ID, vertex, current, total, timestamp, completed }: VertexStatus): readonly ProgressEvent[] {
    const tracked = this.#steps.get(vertex);
    if (tracked === undefined || tracked.ended) return [];
    const { step, started, transfers, finishedStatuses } = tracked;
    const seconds = secondsBetween(started, timestamp);
    if (current > 0 || total > 0) {
      transfers.set(ID, { current, total });
      return [{ kind: 'transfer', step, seconds, ...sum([...transfers.values()]) }];
    }
    if (completed === undefined || finishedStatuses.has(ID) || /^(?:extracting|resolve) /.test(ID)) return [];
    finishedStatuses.add(ID);
    return [{ kind: 'output', step, seconds, lines: [ID] }];
  }

  #output({ vertex, stream, timestamp, msg }: VertexLog): readonly ProgressEvent[] {
    const tracked = this.#steps.get(vertex);
    if (tracked === undefined) return [];
    const decoder = tracked.streams.get(stream) ?? new OutputLines();
    tracked.streams.set(stream, decoder);
    return outputEvents(tracked, secondsBetween(tracked.started, timestamp), decoder.push(msg));
  }

  #end({ digest, cached, started: start, completed, error }: Run): readonly ProgressEvent[] {
    const tracked = this.#steps.get(digest);
    if (tracked === undefined || tracked.ended || completed === undefined) return [];
    if (secondsBetween(tracked.started, start) < 0) return [];
    tracked.ended = true;
    const { step, started, streams } = tracked;
    const seconds = secondsBetween(started, completed);
    const rest = [...streams.values()].flatMap((stream) => stream.end());
    const output = outputEvents(tracked, seconds, rest);
    const end = endOf(cached, error, seconds);
    if (end.result === 'failed') this.#failed ??= { step, error: end.error, lastLines: tracked.lastLines };
    tracked.lastLines = [];
    return [...output, { kind: 'ended', step, end }];
  }
}

type Run = Vertex & { readonly started: Timestamp };

function hasStarted(vertex: Vertex): vertex is Run {
  return vertex.started !== undefined;
}

function isLaterRunOf(run: Run): (other: Run) => boolean {
  return ({ digest, started }) => digest === run.digest && secondsBetween(run.started, started) > 0;
}

function byStart({ started: one }: Run, { started: other }: Run): number {
  return secondsBetween(other, one);
}

function newRun(step: Step, started: Timestamp): TrackedStep {
  return {
    step,
    started,
    streams: new Map(),
    transfers: new Map(),
    finishedStatuses: new Set(),
    lastLines: [],
    ended: false,
  };
}

function outputEvents(
  tracked: TrackedStep,
  seconds: number,
  lines: readonly string[],
): readonly ProgressEvent[] {
  if (lines.length === 0) return [];
  tracked.lastLines = [...tracked.lastLines, ...lines].slice(-keptLines);
  return [{ kind: 'output', step: tracked.step, seconds, lines }];
}

/** A step that BuildKit stops because another failed ends with Go's text for a cancelled context. */
function endOf(cached: boolean, error: string, seconds: number): StepEnd {
  if (error.endsWith('context canceled')) return { result: 'cancelled' };
  if (error !== '') return { result: 'failed', error };
  return cached ? { result: 'cached' } : { result: 'done', seconds };
}

function kindOf(name: string): Step['kind'] {
  return /^\[[^\]]*\d+\/\d+\] /.test(name) ? 'instruction' : 'engine';
}

function oneLine(name: string): string {
  return name.replace(/\s+/g, ' ').trim();
}

function sum(parts: readonly { readonly current: number; readonly total: number }[]): {
  readonly current: number;
  readonly total: number;
} {
  const sized = parts.some(({ total }) => total > 0) ? parts.filter(({ total }) => total > 0) : parts;
  return {
    current: sized.reduce((bytes, { current }) => bytes + current, 0),
    total: sized.reduce((bytes, { total }) => bytes + total, 0),
  };
}

function toWarning({ short, url, ranges }: VertexWarning): ProgressEvent {
  const text = Buffer.from(short).toString('utf8');
  const line = ranges[0]?.start?.line;
  return { kind: 'warning', text: url === '' ? text : `${text} (${url})`, line };
}

/** 0 when the end is not known, and never less: the engine's clocks are not always in order. */
function secondsBetween(start: Timestamp, end: Timestamp | undefined): number {
  if (end === undefined) return 0;
  return end.seconds - start.seconds + (end.nanos - start.nanos) / 1e9;
}
