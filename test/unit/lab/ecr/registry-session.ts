import { createHash } from 'node:crypto';
import type { LabEcr } from '../../../lab/ecr/lab-ecr.js';

export const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
export const listType = 'application/vnd.docker.distribution.manifest.list.v2+json';

export function digestOf(data: Buffer | string): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

/** A client of one repository that does nothing by itself: no retry, no redirect. */
export class RegistrySession {
  readonly #base: string;
  readonly #authorization: string;

  constructor(lab: LabEcr, repository: string) {
    this.#base = `${lab.url}/v2/${repository}`;
    this.#authorization = `Basic ${lab.issueToken().authorizationToken}`;
  }

  /** `path`: below the repository, or a whole URL as a Location header gives it. */
  request(
    method: string,
    path: string,
    init: Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const url = path.startsWith('http') ? path : `${this.#base}${path}`;
    const headers = { authorization: this.#authorization, ...init.headers };
    return fetch(url, { redirect: 'manual', ...init, method, headers });
  }

  async startUpload(): Promise<string> {
    const response = await this.request('POST', '/blobs/uploads/');
    return response.headers.get('location') ?? '';
  }

  /** Uploads a blob in one PUT and returns its digest. */
  async putBlob(data: string): Promise<string> {
    const digest = digestOf(data);
    await this.request('PUT', `${await this.startUpload()}?digest=${digest}`, { body: data });
    return digest;
  }

  putManifest(reference: string, manifest: unknown, type = manifestType): Promise<Response> {
    const headers = { 'content-type': type };
    const body = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
    return this.request('PUT', `/manifests/${reference}`, { headers, body });
  }

  /** Pushes an image of one layer that holds `content`; returns its digest. */
  async push(tag: string, content: string): Promise<string> {
    const manifest = await this.imageManifest(content);
    await this.putManifest(tag, manifest);
    return digestOf(JSON.stringify(manifest));
  }

  /** A manifest whose layer and config are in the repository. */
  async imageManifest(content: string): Promise<object> {
    const layer = { digest: await this.putBlob(content), size: content.length };
    const config = { digest: await this.putBlob(`{"of":"${content}"}`), size: content.length + 9 };
    return { schemaVersion: 2, mediaType: manifestType, config, layers: [layer] };
  }
}

/** The code and message of the Distribution API's one error. */
export async function errorIn(
  response: Response,
): Promise<{ readonly code: string; readonly message: string }> {
  const body = (await response.json()) as { errors: readonly { code: string; message: string }[] };
  const [error] = body.errors;
  if (error === undefined) throw new Error('the answer holds no error');
  return error;
}
