import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';

/**
 * Unpacks an extension package.
 * @throws Error for an entry that would lie outside the folder.
 */
export async function unpackVsix(file: string, folder: string): Promise<void> {
  const root = resolve(folder);
  const zip = await openPromise(file);
  for await (const entry of zip.eachEntry()) {
    const path = resolve(join(root, decodeURIComponent(entry.fileName)));
    if (!path.startsWith(root + sep)) throw new Error(`${entry.fileName} lies outside the package`);
    if (entry.fileName.endsWith('/')) continue;
    await mkdir(dirname(path), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path));
  }
}
