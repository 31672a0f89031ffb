import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { LabEcr } from './lab-ecr.js';

interface SeedFile {
  readonly content: Buffer | string;
  /** Default 0o644. */
  readonly mode?: number;
}

interface SeedImage {
  /** By path in the image, for example `bin/busybox`. */
  readonly files: Readonly<Record<string, SeedFile>>;
  /** Symbolic links: path to target. */
  readonly links?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
}

interface SeededImage {
  /** `127.0.0.1:PORT/repository:tag`. */
  readonly reference: string;
  readonly digest: string;
}

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

/**
 * Pushes an image of one layer, over the registry's own API, so that a build has something private to start from.
 * The repository is made where it is missing. The same content gives the same digest.
 */
export async function seedImage(
  lab: LabEcr,
  repository: string,
  tag: string,
  image: SeedImage,
): Promise<SeededImage> {
  if (!lab.hasRepository(repository)) lab.createRepository(repository);
  const base = `${lab.url}/v2/${repository}`;
  const authorization = `Basic ${lab.issueToken().authorizationToken}`;
  const tar = await tarOf(image);
  const layer = gzipSync(tar);
  const config = Buffer.from(JSON.stringify(configOf(image, digestOf(tar))));
  await putBlob(base, authorization, layer);
  await putBlob(base, authorization, config);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: descriptor('application/vnd.docker.container.image.v1+json', config),
      layers: [descriptor('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)],
    }),
  );
  const headers = { authorization, 'content-type': manifestType };
  await expect201(await fetch(`${base}/manifests/${tag}`, { method: 'PUT', headers, body: manifest }));
  return { reference: `${lab.host}/${repository}:${tag}`, digest: digestOf(manifest) };
}

async function tarOf({ files, links = {} }: SeedImage): Promise<Buffer> {
  const tar = pack();
  const mtime = new Date(0);
  for (const [name, { content, mode = 0o644 }] of Object.entries(files))
    tar.entry({ name, mode, mtime }, content);
  for (const [name, linkname] of Object.entries(links))
    tar.entry({ name, type: 'symlink', linkname, mode: 0o777, mtime });
  tar.finalize();
  return buffer(Readable.from(tar));
}

function configOf({ command }: SeedImage, diffId: string): unknown {
  return {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      Cmd: command ?? null,
    },
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'lab' }],
  };
}

async function putBlob(base: string, authorization: string, blob: Buffer): Promise<void> {
  const started = await fetch(`${base}/blobs/uploads/`, { method: 'POST', headers: { authorization } });
  const location = started.headers.get('location');
  if (started.status !== 202 || location === null) throw new Error(`seeding failed: ${await started.text()}`);
  const url = `${location}?digest=${digestOf(blob)}`;
  const headers = { authorization, 'content-type': 'application/octet-stream' };
  await expect201(await fetch(url, { method: 'PUT', headers, body: blob }));
}

async function expect201(response: Response): Promise<void> {
  const text = await response.text();
  if (response.status !== 201) throw new Error(`seeding failed: ${String(response.status)} ${text}`);
}

function descriptor(mediaType: string, data: Buffer): { mediaType: string; size: number; digest: string } {
  return { mediaType, size: data.length, digest: digestOf(data) };
}

function digestOf(data: Buffer): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}
