import { once } from 'node:events';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pack, type Pack } from 'tar-stream';
import { abortReason } from '../engine-request.js';
import { fileFailure } from './context-failure.js';
import { fileContent, openFlags, readSmallFile, replaced } from './file-content.js';
import { readIgnorePatterns } from './ignore.js';
import { fileHeader, tarHeader, type TarHeader } from './tar-header.js';
import { walkContext, type ContextEntry } from './walk.js';

export interface ContextTar {
  /** Absolute path of the context's folder. */
  readonly context: string;
  /** Absolute path of the Dockerfile, which decides on the .dockerignore file. */
  readonly dockerfile: string;
  /** Told once, when all has been sent. */
  readonly onSent?: (sent: ContextSize) => void;
  readonly signal: AbortSignal;
}

export interface ContextSize {
  /** Regular files. */
  readonly files: number;
  /** Bytes in them. */
  readonly bytes: number;
}

type Sink = ReturnType<Pack['entry']>;

/** Bytes up to which a file is read at once. */
const smallFile = 64 * 1024;

/** Bytes up to which small pieces (headers, padding, small files) are put together: each costs its reader a turn. */
const pieceSize = 64 * 1024;

/**
 * The build context as a tar stream: what the .dockerignore file leaves, the Dockerfile like any other file. Only one
 * file is open at a time, and only while someone reads.
 *
 * The stream fails with TaskFailure EPP102 for a file that cannot be read or changes meanwhile, and with the signal's
 * reason when that is aborted.
 */
export function openContextTar(request: ContextTar): Readable {
  return Readable.from(inPieces(tarChunks(request)), { objectMode: false, highWaterMark: pieceSize });
}

async function* tarChunks(request: ContextTar): AsyncGenerator<Buffer> {
  const packing = pack();
  const left = new AbortController();
  const signal = AbortSignal.any([request.signal, left.signal]);
  const filled = fill(packing, request, signal).catch((error: unknown) => {
    packing.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const chunk of packing) if (Buffer.isBuffer(chunk)) yield chunk;
  } finally {
    left.abort();
    packing.destroy();
    await filled;
  }
}

async function fill(
  packing: Pack,
  { context, dockerfile, onSent }: ContextTar,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  // Also while a reader is slow or a file system hangs.
  const stop = (): void => {
    packing.destroy(abortReason(signal));
  };
  signal.addEventListener('abort', stop, { once: true });
  const patterns = await readIgnorePatterns(context, dockerfile, signal);
  let files = 0;
  let bytes = 0;
  for await (const entry of walkContext(context, patterns, signal)) {
    const packed = await packEntry(packing, entry, signal);
    if (entry.stats.isFile()) files += 1;
    bytes += packed;
  }
  packing.finalize();
  onSent?.({ files, bytes });
}

/** @returns the bytes of its content. */
async function packEntry(packing: Pack, entry: ContextEntry, signal: AbortSignal): Promise<number> {
  if (!entry.stats.isFile()) {
    const header = await tarHeader(entry);
    if (header !== undefined) await packBuffer(packing, header, Buffer.alloc(0));
    return 0;
  }
  if (entry.stats.size > smallFile) return packLargeFile(packing, entry, signal);
  const { stats, content } = readSmallFile(entry);
  await packBuffer(packing, fileHeader(entry, stats), content);
  return stats.size;
}

async function packLargeFile(packing: Pack, entry: ContextEntry, signal: AbortSignal): Promise<number> {
  const handle = await openFile(entry);
  try {
    // The size as of now: the file may have changed since its folder was read.
    const stats = await handle.stat();
    if (!stats.isFile()) throw replaced(entry.name);
    const { sink, finished } = openSink(packing, fileHeader(entry, stats));
    for await (const chunk of fileContent(handle, stats.size, entry.name)) {
      signal.throwIfAborted();
      if (!sink.write(chunk)) await once(sink, 'drain', { signal });
    }
    sink.end(null);
    await finished;
    return stats.size;
  } finally {
    await handle.close();
  }
}

async function openFile({ name, file }: ContextEntry): Promise<FileHandle> {
  try {
    return await open(file, openFlags);
  } catch (error) {
    throw fileFailure(name, error);
  }
}

function openSink(
  packing: Pack,
  header: TarHeader,
): { readonly sink: Sink; readonly finished: Promise<void> } {
  let finish: (error?: Error | null) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => {
      if (error) reject(error);
      else resolve();
    };
  });
  const sink = packing.entry(header, finish);
  // `finished` tells the same, to whoever still waits; without a listener it would end the process.
  sink.on('error', () => undefined);
  finished.catch(() => undefined);
  return { sink, finished };
}

async function packBuffer(packing: Pack, header: TarHeader, content: Buffer): Promise<void> {
  const { sink, finished } = openSink(packing, header);
  if (content.length > 0) sink.write(content);
  sink.end(null);
  await finished;
}

async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < pieceSize) continue;
    // A large chunk goes as it is: copying it would cost more than a turn.
    if (chunk.length < pieceSize) yield Buffer.concat(waiting, size);
    else yield* waiting;
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting, size);
}
