import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';

export interface FreshImage {
  readonly id: string;
  /** A tag that no other image of this process has. */
  readonly tag: string;
  remove(): Promise<void>;
}

/** An image with one layer that no registry has seen, so that a push has to upload it. */
export async function freshImage(docker: Docker): Promise<FreshImage> {
  const unique = randomUUID();
  const tar = pack();
  tar.entry({ name: 'unique' }, unique);
  tar.finalize();
  const name = `fresh/${unique}`;
  const progress = await docker.importImage(Readable.from(tar), { repo: name, tag: 'run' });
  // The image is there when the engine has said its last word.
  await text(progress);
  const { Id: id } = await docker.getImage(`${name}:run`).inspect();
  return {
    id,
    tag: unique.slice(0, 8),
    remove: async () => {
      await docker.getImage(`${name}:run`).remove();
    },
  };
}
