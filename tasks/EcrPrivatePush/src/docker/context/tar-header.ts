import type { Stats } from 'node:fs';
import { readlink } from 'node:fs/promises';
import type { Header } from 'tar-stream';
import { fileFailure } from './context-failure.js';
import type { ContextEntry } from './walk.js';

/** What tar-stream makes a header of. */
export type TarHeader = Partial<Header> & Pick<Header, 'name'>;

/** The last second that tar-stream writes right: it counts in 32 bits. */
const lastSecond = 2 ** 31 - 1;

/**
 * The header of a regular file.
 *
 * @param stats of the file as it was opened.
 */
export function fileHeader({ name }: ContextEntry, stats: Stats): TarHeader {
  return { ...commonFields(name, stats), type: 'file', size: stats.size };
}

/**
 * The header of anything but a regular file; undefined for a socket, which no archive can hold.
 *
 * @throws {TaskFailure} EPP102 for a link that cannot be read.
 */
export async function tarHeader({ name, file, stats }: ContextEntry): Promise<TarHeader | undefined> {
  if (stats.isDirectory()) return { ...commonFields(`${name}/`, stats), type: 'directory' };
  const common = commonFields(name, stats);
  if (stats.isSymbolicLink()) return { ...common, type: 'symlink', linkname: await linkTarget(name, file) };
  if (stats.isFIFO()) return { ...common, type: 'fifo' };
  if (stats.isCharacterDevice()) return { ...common, ...deviceNumber(stats), type: 'character-device' };
  if (stats.isBlockDevice()) return { ...common, ...deviceNumber(stats), type: 'block-device' };
  return undefined;
}

/** Owned by root without a name, so that a build's cache does not depend on who checked the sources out. */
function commonFields(name: string, stats: Stats): TarHeader {
  return { name, mode: stats.mode, uid: 0, gid: 0, ...modificationTime(stats) };
}

/** Whole seconds, as far as a header has room for them; else in an extended header beside it. */
function modificationTime({ mtimeMs }: Stats): Partial<Pick<Header, 'mtime' | 'pax'>> {
  const seconds = Math.floor(mtimeMs / 1000);
  const nearest = Math.min(Math.max(seconds, 0), lastSecond);
  const mtime = new Date(nearest * 1000);
  return nearest === seconds ? { mtime } : { mtime, pax: { mtime: String(seconds) } };
}

/** Linux's packing of the two numbers, as in gnu_dev_major(3). */
function deviceNumber({ rdev }: Stats): { readonly devmajor: number; readonly devminor: number } {
  return { devmajor: (rdev >>> 8) & 0xfff, devminor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00) };
}

async function linkTarget(name: string, file: string): Promise<string> {
  try {
    return await readlink(file);
  } catch (error) {
    throw fileFailure(name, error);
  }
}
