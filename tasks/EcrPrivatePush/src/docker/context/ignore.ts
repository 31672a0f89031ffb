import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { TaskFailure } from '../../failure.js';
import { fileFailure } from './context-failure.js';
import { compilePattern, type IgnorePattern } from './ignore-pattern.js';

/** Which patterns hold for a path and so for all below it. */
export type PatternMatches = readonly boolean[];

/**
 * The patterns that apply to a context: of `<Dockerfile>.dockerignore` beside the Dockerfile where there is one,
 * else of `.dockerignore` in the context's root.
 *
 * @throws {TaskFailure} EPP102 for a file that cannot be read, or a pattern with a syntax error.
 */
export async function readIgnorePatterns(
  context: string,
  dockerfile: string,
  signal: AbortSignal,
): Promise<readonly IgnorePattern[]> {
  for (const file of [`${dockerfile}.dockerignore`, path.join(context, '.dockerignore')]) {
    const text = await readIfThere(file, signal);
    if (text !== undefined) return parseIgnorePatterns(text, path.basename(file));
  }
  return [];
}

/**
 * Reads a .dockerignore file as the docker CLI does: no comments after text, a leading `/` means the context's root.
 *
 * @param name of the file, for the message.
 * @throws {TaskFailure} EPP102 for a pattern with a syntax error.
 */
export function parseIgnorePatterns(text: string, name: string): readonly IgnorePattern[] {
  const patterns: IgnorePattern[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const trimmed = line.trim();
    // A # after blanks is no comment, as in the docker CLI.
    if (line.startsWith('#') || trimmed === '') continue;
    const exception = trimmed.startsWith('!');
    const cleaned = cleanPattern(exception ? trimmed.slice(1).trim() : trimmed);
    const pattern = cleaned === '' ? undefined : compilePattern(cleaned, exception);
    if (pattern === undefined) throw badPattern(name, index + 1, trimmed);
    patterns.push(pattern);
  }
  return patterns;
}

/**
 * Whether a path is ignored, and what its children need to know. The last pattern that holds decides; one that holds
 * for a folder holds for all below it.
 *
 * @param parent matches of the folder that the path is in; empty at the root.
 */
export function matchIgnored(
  patterns: readonly IgnorePattern[],
  relativePath: string,
  parent: PatternMatches,
): { readonly ignored: boolean; readonly matches: PatternMatches } {
  let ignored = false;
  const matches = patterns.map((pattern, index) => {
    // As in moby's patternmatcher, a pattern that could not change the answer is not asked: its match does not
    // reach the children either.
    const match = parent[index] === true || (pattern.exception === ignored && pattern.matches(relativePath));
    if (match) ignored = !pattern.exception;
    return match;
  });
  return { ignored, matches };
}

function cleanPattern(pattern: string): string {
  if (pattern === '') return '';
  const normal = path.posix.normalize(pattern);
  return normal === '/' ? normal : normal.replace(/^\//, '').replace(/\/$/, '');
}

async function readIfThere(file: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await readFile(file, { encoding: 'utf8', signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw fileFailure(path.basename(file), error);
  }
}

function badPattern(name: string, line: number, pattern: string): TaskFailure {
  return new TaskFailure('EPP102', {
    what: `Line ${String(line)} of '${name}' is not a pattern: ${pattern}`,
    why: 'It has a syntax error: a `!` alone, a `[` without its `]`, an empty range, or a `\\` at the end.',
    fix: 'Correct the line; a `\\` before a special character makes it plain.',
  });
}
