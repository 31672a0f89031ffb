import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { TaskFailure } from '../../failure.js';
import { contextFailure, fileFailure } from './context-failure.js';
import type { ContextEntry } from './walk.js';

/** Neither follows a link nor waits at a pipe, should one have taken the file's place. */
export const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Bytes read at once: large enough that the number of reads does not matter, small enough for memory. */
const readSize = 1024 * 1024;

/**
 * A file's content, which is to have exactly `size` bytes: an archive has promised them.
 *
 * @param name of the file in the context, for the message.
 * @throws {TaskFailure} EPP102 when the file shrank, grew or cannot be read.
 */
export async function* fileContent(handle: FileHandle, size: number, name: string): AsyncGenerator<Buffer> {
  for (let left = size; ;) {
    // One byte more than there should be, so that the read which ends the file also shows that it did not grow.
    const buffer = Buffer.allocUnsafe(Math.min(left + 1, readSize));
    const read = await readSome(handle, buffer, name);
    if (read > left) throw grew(name, size);
    left -= read;
    if (read > 0) yield buffer.subarray(0, read);
    if (read < buffer.length && left === 0) return;
    if (read === 0)
      throw contextFailure(
        name,
        `It shrank from ${String(size)} to ${String(size - left)} bytes while it was read.`,
      );
  }
}

async function readSome(handle: FileHandle, buffer: Buffer, name: string): Promise<number> {
  try {
    return (await handle.read(buffer, 0, buffer.length, null)).bytesRead;
  } catch (error) {
    throw fileFailure(name, error);
  }
}

/**
 * A small file, read at once: as one after the other in the thread pool, the four calls take 25 times as long, which
 * is most of the time that a context of many files needs.
 *
 * @throws {TaskFailure} EPP102
 */
export function readSmallFile({ name, file }: ContextEntry): {
  readonly stats: Stats;
  readonly content: Buffer;
} {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, openFlags);
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw replaced(name);
    const buffer = Buffer.allocUnsafe(stats.size + 1);
    const read = readSync(descriptor, buffer, 0, buffer.length, null);
    if (read > stats.size) throw grew(name, stats.size);
    if (read < stats.size) throw shrank(name, stats.size, read);
    return { stats, content: buffer.subarray(0, read) };
  } catch (error) {
    throw error instanceof TaskFailure ? error : fileFailure(name, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

export function replaced(name: string): TaskFailure {
  return contextFailure(name, 'It was replaced while the context was read.');
}

function grew(name: string, size: number): TaskFailure {
  return contextFailure(name, `It grew beyond its ${String(size)} bytes while it was read.`);
}

function shrank(name: string, from: number, to: number): TaskFailure {
  return contextFailure(name, `It shrank from ${String(from)} to ${String(to)} bytes while it was read.`);
}
