import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { parseDigest } from '../../../tasks/EcrPrivatePush/src/image-reference.js';
import {
  manifestDigest,
  putManifest,
  readManifest,
} from '../../../tasks/EcrPrivatePush/src/registry/manifest.js';
import { scriptedServer } from './scripted-server.js';
import { errorBody, repositoryName, tag, twin, valid } from './twin.js';

const never = new AbortController().signal;
const bytes = Buffer.from('{"schemaVersion":2}');
const digest = valid(parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`));
const other = valid(parseDigest(`sha256:${'0'.repeat(64)}`));
const mediaType = 'application/vnd.oci.image.manifest.v1+json';
const manifest = { bytes, mediaType, digest };
const held = (held: string) => ({ status: 200, headers: { 'docker-content-digest': held } });
const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof TaskFailure, String(error));
  return error.code === expected;
};

describe('manifestDigest', () => {
  it('is what the registry holds, asked for in every known type', async () => {
    await using server = await scriptedServer([held(digest)]);
    assert.equal(await manifestDigest(twin(server.host).registry, repositoryName, tag('1'), never), digest);
    assert.equal(server.requests[0]?.method, 'HEAD');
    for (const type of ['manifest.v1', 'index.v1', 'manifest.v2', 'manifest.list.v2'])
      assert.ok(server.requests[0].headers.accept?.includes(`${type}+json`), type);
  });

  it('is undefined for a tag that does not exist', async () => {
    await using server = await scriptedServer([{ status: 404 }]);
    assert.equal(
      await manifestDigest(twin(server.host).registry, repositoryName, tag('1'), never),
      undefined,
    );
  });

  it('is never made up', async () => {
    await using server = await scriptedServer([{ status: 200 }]);
    const asked = manifestDigest(twin(server.host).registry, repositoryName, tag('1'), never);
    await assert.rejects(asked, code('EPP506'));
  });
});

describe('readManifest', () => {
  it('gives the very bytes, their type and digest', async () => {
    const headers = { 'docker-content-digest': digest, 'content-type': mediaType };
    await using server = await scriptedServer([{ status: 200, headers, body: bytes }]);
    const read = await readManifest(twin(server.host).registry, repositoryName, tag('1'), never);
    assert.deepEqual({ ...read, bytes: Buffer.from(read.bytes) }, manifest);
  });

  it('refuses bytes of another digest than the registry says', async () => {
    await using server = await scriptedServer([{ ...held(other), body: bytes }]);
    const read = readManifest(twin(server.host).registry, repositoryName, tag('1'), never);
    await assert.rejects(read, code('EPP506'));
  });
});

describe('putManifest', () => {
  const immutable = {
    status: 400,
    body: errorBody('TAG_INVALID', "The image tag '1' already exists and cannot be overwritten"),
  };
  const put = (host: string) => putManifest(twin(host).registry, repositoryName, tag('1'), manifest, never);

  it('sends the very bytes under their type', async () => {
    await using server = await scriptedServer([{ status: 201 }]);
    assert.deepEqual(await put(server.host), { tag: '1', digest, kind: 'written' });
    const [request] = server.requests;
    assert.equal(request?.url, '/v2/team/app/manifests/1');
    assert.equal(request.headers['content-type'], mediaType);
    assert.deepEqual(request.body, bytes);
  });

  it('sends them again after a throttle', async () => {
    await using server = await scriptedServer([{ status: 429 }, { status: 201 }]);
    await put(server.host);
    assert.deepEqual(server.requests[1]?.body, bytes);
  });

  it('is content with an immutable tag that holds the same digest', async () => {
    await using server = await scriptedServer([immutable, held(digest)]);
    assert.equal((await put(server.host)).kind, 'unchanged');
  });

  it('fails for an immutable tag that holds another', async () => {
    await using server = await scriptedServer([immutable, held(other)]);
    await assert.rejects(put(server.host), code('EPP503'));
  });
});
