import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchStage } from './stage.js';

/** A context of the given size in 64 MiB files of holes, of which the build takes none. */
export async function largeContext({ folder }: BenchStage, bytes: number): Promise<string> {
  const sources = join(folder, 'large');
  await mkdir(sources);
  await writeFile(join(sources, 'Dockerfile'), 'FROM scratch\nCOPY small.txt /\n');
  await writeFile(join(sources, 'small.txt'), 'small\n');
  const part = 64 * 1024 * 1024;
  for (let index = 0; index * part < bytes; index++) {
    const file = await open(join(sources, `part-${String(index)}`), 'w');
    await file.truncate(part);
    await file.close();
  }
  return sources;
}
