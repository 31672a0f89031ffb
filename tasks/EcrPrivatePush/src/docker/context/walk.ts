import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileFailure } from './context-failure.js';
import { matchIgnored, type PatternMatches } from './ignore.js';
import type { IgnorePattern } from './ignore-pattern.js';

/** Something in the context that is to be sent. */
export interface ContextEntry {
  /** Relative to the context, with `/`. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** Of the thing itself, links not followed. */
  readonly stats: Stats;
}

interface Candidate {
  readonly name: string;
  readonly ignored: boolean;
  readonly matches: PatternMatches;
}

interface Folder extends Candidate {
  /** Undefined for the context itself. */
  readonly above: { readonly folder: Folder; readonly entry: ContextEntry } | undefined;
  sent: boolean;
}

/** How many files' facts are asked for at once. */
const batchSize = 32;

/**
 * What of the context is sent, each folder before what is in it, in the order of the names. Ignored folders are
 * looked into as long as an exception may bring back something below them, which brings the folder back as well.
 *
 * @throws {TaskFailure} EPP102 for what cannot be read.
 */
export async function* walkContext(
  context: string,
  patterns: readonly IgnorePattern[],
  signal: AbortSignal,
): AsyncGenerator<ContextEntry> {
  const exceptions = patterns.filter(({ exception }) => exception);

  const isWanted = ({ name, ignored }: Candidate): boolean =>
    !ignored || exceptions.some((exception) => exception.mayMatchBelow(name));

  async function* walk(folder: Folder): AsyncGenerator<ContextEntry> {
    const names = await folderNames(context, folder);
    for (let start = 0; start < names.length; start += batchSize) {
      signal.throwIfAborted();
      const candidates = names.slice(start, start + batchSize).map((base): Candidate => {
        const name = folder.name === '' ? base : `${folder.name}/${base}`;
        return { name, ...matchIgnored(patterns, name, folder.matches) };
      });
      const wanted = candidates.filter(isWanted);
      const entries = await Promise.all(wanted.map(({ name }) => readEntry(context, name)));
      for (const [index, candidate] of wanted.entries()) {
        const entry = entries[index];
        if (entry !== undefined) yield* visit(folder, candidate, entry);
      }
    }
  }

  async function* visit(
    folder: Folder,
    candidate: Candidate,
    entry: ContextEntry,
  ): AsyncGenerator<ContextEntry> {
    const { ignored } = candidate;
    if (!ignored) {
      yield* unsent(folder);
      yield entry;
    }
    if (entry.stats.isDirectory()) yield* walk({ ...candidate, above: { folder, entry }, sent: !ignored });
  }

  yield* walk({ name: '', ignored: false, matches: [], above: undefined, sent: true });
}

/** The folders on the way to this one, and this one, that are ignored and hold something that is not. */
function* unsent(folder: Folder): Generator<ContextEntry> {
  if (folder.sent || folder.above === undefined) return;
  yield* unsent(folder.above.folder);
  folder.sent = true;
  yield folder.above.entry;
}

async function readEntry(context: string, name: string): Promise<ContextEntry> {
  const file = path.join(context, name);
  try {
    return { name, file, stats: await lstat(file) };
  } catch (error) {
    throw fileFailure(name, error);
  }
}

async function folderNames(context: string, { name, ignored }: Folder): Promise<readonly string[]> {
  try {
    return (await readdir(path.join(context, name))).sort();
  } catch (error) {
    // What is ignored need not be readable.
    if (ignored && error instanceof Error && 'code' in error && error.code === 'EACCES') return [];
    throw fileFailure(name === '' ? context : name, error);
  }
}
