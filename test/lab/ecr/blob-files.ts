import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Bytes on their way in: a file, and the digest of what it holds so far. */
export interface IncomingBlob {
  readonly file: string;
  readonly size: number;
  readonly hash: Hash;
}

/** The folder that holds the bytes of blobs, so that none is ever whole in memory. */
export class BlobFiles {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<BlobFiles> {
    return new BlobFiles(await mkdtemp(join(tmpdir(), 'lab-ecr-')));
  }

  begin(): IncomingBlob {
    return { file: this.#newFile(), size: 0, hash: createHash('sha256') };
  }

  /**
   * Adds `body`. It goes to a file of its own first, so that one that breaks off leaves nothing behind, even while
   * its client is already trying again.
   */
  async append(incoming: IncomingBlob, body: AsyncIterable<Buffer>): Promise<IncomingBlob> {
    const file = this.#newFile();
    const hash = incoming.hash.copy();
    let added = 0;
    try {
      await pipeline(
        body,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            added += chunk.length;
            yield chunk;
          }
        },
        createWriteStream(file),
      );
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    if (incoming.size === 0) return { file, size: added, hash };
    await pipeline(createReadStream(file), createWriteStream(incoming.file, { flags: 'a' }));
    await rm(file);
    return { file: incoming.file, size: incoming.size + added, hash };
  }

  /** Gives the finished blob its lasting name, which it returns. */
  async keep(incoming: IncomingBlob, digest: string): Promise<string> {
    const file = join(this.#folder, digest.replace(':', '-'));
    await rename(incoming.file, file);
    return file;
  }

  async discard(incoming: IncomingBlob): Promise<void> {
    await rm(incoming.file, { force: true });
  }

  #newFile(): string {
    return join(this.#folder, `upload-${randomUUID()}`);
  }

  async removeAll(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export function digestOf(incoming: IncomingBlob): string {
  return `sha256:${incoming.hash.copy().digest('hex')}`;
}
