import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import type { ProgressEvent, Step, StepEnd } from './progress.js';

/** Milliseconds that a step waits to be shown while another one is; as BuildKit's plain progress has it. */
const patience = 5_000;
/** Lines that may wait for a step's turn. */
const longestQueue = 1_000;
/** Milliseconds between two lines on bytes moved: of all steps, and of the same step. */
const anyTransfer = 500;
const sameTransfer = 2_000;
/** Characters of a step's name in its title. */
const longestTitle = 160;

interface Line {
  readonly seconds: number;
  readonly text: string;
}

interface Track {
  readonly step: Step;
  queue: Line[];
  transfer: Line | undefined;
  /** When this track last got something to say that is not said yet. */
  waitingSince: number | undefined;
  lastTransfer: number;
  titled: boolean;
  end: StepEnd | undefined;
}

/**
 * Writes a build's progress to the log. Steps run side by side but are read one after the other: one is shown, and
 * its output folded under its title; the others wait until it ends, or for 5 s at most.
 */
export class ProgressLog {
  readonly #log: Log;
  readonly #clock: Pick<Clock, 'now'>;
  /** What runs, and what has ended and is not shown yet, in the order of their starts. */
  readonly #tracks = new Map<number, Track>();
  readonly #ended = new Set<number>();
  #shown: Track | undefined;
  #inGroup = false;
  #lastTransfer = -Infinity;

  constructor(log: Log, clock: Pick<Clock, 'now'>) {
    this.#log = log;
    this.#clock = clock;
  }

  write(events: readonly ProgressEvent[]): void {
    for (const event of events) this.#take(event);
    this.tick();
  }

  /** To be called about once a second too, so that nothing waits for the engine's next message. */
  tick(): void {
    const now = this.#clock.now();
    if (this.#shown !== undefined) this.#say(this.#shown, now);
    if (this.#shown !== undefined && !this.#othersAreOverdue(now)) return;
    for (const track of [...this.#tracks.values()]) if (track.end !== undefined) this.#say(track, now);
    const next = this.#longestWaiting(now);
    if (next !== undefined) this.#say(next, now);
  }

  /** Shows what still waits, and leaves no group open. */
  close(): void {
    const now = this.#clock.now();
    for (const track of [...this.#tracks.values()])
      if (track.end !== undefined || track.queue.length > 0) this.#say(track, now);
    this.#leave();
  }

  #take(event: ProgressEvent): void {
    if (event.kind === 'warning') {
      const where = event.line === undefined ? '' : `line ${String(event.line)}: `;
      this.#log.warning(`Dockerfile: ${where}${event.text}`);
      return;
    }
    if (this.#isSilentRerun(event)) return;
    const track = this.#trackOf(event.step);
    track.waitingSince ??= this.#clock.now();
    if (event.kind === 'output')
      track.queue.push(...event.lines.map((text) => ({ seconds: event.seconds, text })));
    else if (event.kind === 'transfer')
      track.transfer = { seconds: event.seconds, text: transferText(event) };
    else if (event.kind === 'ended') track.end = event.end;
  }

  /** What runs once more is told of only if it has something to say. */
  #isSilentRerun(event: { readonly kind: string; readonly step: Step; readonly end?: StepEnd }): boolean {
    const { number } = event.step;
    if (!this.#ended.has(number) || this.#tracks.has(number) || event.end?.result === 'failed') return false;
    return event.kind === 'started' || event.kind === 'ended';
  }

  #trackOf(step: Step): Track {
    const known = this.#tracks.get(step.number);
    if (known !== undefined) return known;
    const track: Track = {
      step,
      queue: [],
      transfer: undefined,
      waitingSince: undefined,
      lastTransfer: -Infinity,
      titled: this.#ended.has(step.number),
      end: undefined,
    };
    this.#tracks.set(step.number, track);
    return track;
  }

  /** Says all that a track has to say; it is the shown one afterwards unless it has ended. */
  #say(track: Track, now: number): void {
    const { step, end } = track;
    track.waitingSince = undefined;
    if (end !== undefined) {
      this.#tracks.delete(step.number);
      this.#ended.add(step.number);
    }
    if (end !== undefined && !track.titled && track.queue.length === 0 && isOneLine(step, end)) {
      if (this.#shown !== track) this.#leave();
      this.#log.info(`${title(step)} ${endText(end)}`);
      return;
    }
    this.#show(track);
    for (const { seconds, text } of track.queue.splice(0)) this.#log.info(indented(seconds, text));
    this.#sayTransfer(track, now);
    if (end === undefined) return;
    this.#leave();
    this.#log.info(`#${String(step.number)} ${endText(end)}`);
  }

  #sayTransfer(track: Track, now: number): void {
    if (track.transfer === undefined) return;
    const tooSoon = now - this.#lastTransfer < anyTransfer || now - track.lastTransfer < sameTransfer;
    if (tooSoon) return;
    this.#log.info(indented(track.transfer.seconds, track.transfer.text));
    track.transfer = undefined;
    track.lastTransfer = now;
    this.#lastTransfer = now;
  }

  #show(track: Track): void {
    if (this.#shown === track) return;
    this.#leave();
    const text = track.titled ? `${title(track.step)} (continued)` : title(track.step);
    if (isRun(track.step)) {
      this.#log.group(text);
      this.#inGroup = true;
    } else this.#log.info(text);
    track.titled = true;
    this.#shown = track;
  }

  #leave(): void {
    if (this.#inGroup) this.#log.endGroup();
    this.#inGroup = false;
    this.#shown = undefined;
  }

  #othersAreOverdue(now: number): boolean {
    return [...this.#tracks.values()].some((track) => track !== this.#shown && isOverdue(track, now));
  }

  /** A step of the engine's own is over in a moment, mostly: it gets its title only when it is not. */
  #longestWaiting(now: number): Track | undefined {
    const waiting = [...this.#tracks.values()].filter(
      (track) =>
        track.waitingSince !== undefined && (track.step.kind === 'instruction' || isOverdue(track, now)),
    );
    return waiting.toSorted((one, other) => (one.waitingSince ?? 0) - (other.waitingSince ?? 0))[0];
  }
}

function isOverdue({ waitingSince, queue }: Track, now: number): boolean {
  return (waitingSince !== undefined && now - waitingSince >= patience) || queue.length > longestQueue;
}

function isRun({ name }: Step): boolean {
  return /^\[[^\]]*\] RUN /.test(name);
}

/** Title and end in one line, where there is nothing between them. */
function isOneLine(step: Step, { result }: StepEnd): boolean {
  return result === 'cached' || (step.kind === 'engine' && result === 'done');
}

function title({ number, name }: Step): string {
  const short = name.length > longestTitle ? `${name.slice(0, longestTitle)}…` : name;
  return `#${String(number)} ${short}`;
}

function endText(end: StepEnd): string {
  switch (end.result) {
    case 'done':
      return `DONE ${end.seconds.toFixed(1)}s`;
    case 'cached':
      return 'CACHED';
    case 'cancelled':
      return 'CANCELLED';
    case 'failed':
      return `ERROR: ${end.error}`;
  }
}

function indented(seconds: number, text: string): string {
  return `${Math.max(0, seconds).toFixed(1).padStart(7)}  ${text}`;
}

function transferText({ current, total }: { readonly current: number; readonly total: number }): string {
  return total === 0 ? megabytes(current) : `${megabytes(current)} of ${megabytes(total)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
