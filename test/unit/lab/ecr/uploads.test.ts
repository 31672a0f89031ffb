import assert from 'node:assert/strict';
import { startLabEcr, type LabEcr } from '../../../lab/ecr/lab-ecr.js';
import { digestOf, errorIn, RegistrySession } from './registry-session.js';

describe('lab ecr: uploads', () => {
  let lab: LabEcr;
  let registry: RegistrySession;

  beforeEach(async () => {
    lab = await startLabEcr();
    lab.createRepository('team/app');
    lab.createRepository('team/base');
    registry = new RegistrySession(lab, 'team/app');
  });
  afterEach(() => lab.close());

  it('starts with 202 and a whole URL, and gives no upload UUID header', async () => {
    const response = await registry.request('POST', '/blobs/uploads/');
    assert.equal(response.status, 202);
    assert.match(
      response.headers.get('location') ?? '',
      /^http:\/\/127\.0\.0\.1:\d+\/v2\/team\/app\/blobs\/uploads\//,
    );
    assert.equal(response.headers.get('docker-upload-uuid'), null);
    assert.equal(lab.openUploads, 1);
  });

  it('takes one PUT', async () => {
    const location = await registry.startUpload();
    const response = await registry.request('PUT', `${location}?digest=${digestOf('data')}`, {
      body: 'data',
    });
    assert.deepEqual(
      [response.status, response.headers.get('docker-content-digest')],
      [201, digestOf('data')],
    );
    assert.equal(lab.openUploads, 0);
  });

  it('takes one PATCH, answered 201, and an empty PUT', async () => {
    const location = await registry.startUpload();
    const patched = await registry.request('PATCH', location, { body: 'data' });
    assert.deepEqual([patched.status, patched.headers.get('range')], [201, '0-3']);
    const done = await registry.request('PUT', `${location}?digest=${digestOf('data')}`);
    assert.equal(done.status, 201);
  });

  it('loses the data of a second PATCH, whose Range stays where it was', async () => {
    const location = await registry.startUpload();
    await registry.request('PATCH', location, { body: 'data' });
    const second = await registry.request('PATCH', location, { body: 'more' });
    assert.deepEqual([second.status, second.headers.get('range')], [201, '0-3']);
    const done = await registry.request('PUT', `${location}?digest=${digestOf('datamore')}`);
    assert.equal(done.status, 400);
  });

  it('refuses data that has another digest, and forgets the upload', async () => {
    const location = await registry.startUpload();
    const response = await registry.request('PUT', `${location}?digest=${digestOf('other')}`, {
      body: 'data',
    });
    assert.equal(response.status, 400);
    assert.deepEqual(await errorIn(response), {
      code: 'BLOB_UPLOAD_INVALID',
      message: 'None of the provided layer digests match the calculated layer digest',
    });
    assert.equal(lab.openUploads, 0);
  });

  it('refuses what is no digest', async () => {
    const response = await registry.request('PUT', `${await registry.startUpload()}?digest=sha256:1`, {
      body: 'x',
    });
    assert.deepEqual([response.status, (await errorIn(response)).code], [400, 'DIGEST_INVALID']);
  });

  it('takes data again after a PATCH that broke off', async () => {
    const location = await registry.startUpload();
    const abort = new AbortController();
    const half = new ReadableStream({
      start: (controller) => {
        controller.enqueue(Buffer.from('half'));
      },
    });
    const broken = registry.request('PATCH', location, {
      body: half,
      duplex: 'half',
      signal: abort.signal,
    });
    while (lab.requests.at(-1)?.bytesIn !== 4) await new Promise(setImmediate);
    abort.abort();
    await assert.rejects(broken);
    const patched = await registry.request('PATCH', location, { body: 'data' });
    assert.equal(patched.headers.get('range'), '0-3');
    assert.equal((await registry.request('PUT', `${location}?digest=${digestOf('data')}`)).status, 201);
  });

  it('tells how far it is', async () => {
    const location = await registry.startUpload();
    await registry.request('PATCH', location, { body: 'data' });
    const status = await registry.request('GET', location);
    assert.deepEqual([status.status, status.headers.get('range')], [204, '0-3']);
  });

  it('can be cancelled', async () => {
    const location = await registry.startUpload();
    assert.equal((await registry.request('DELETE', location)).status, 204);
    assert.equal(lab.openUploads, 0);
    const after = await registry.request('PATCH', location, { body: 'data' });
    assert.deepEqual([after.status, (await errorIn(after)).code], [404, 'BLOB_UPLOAD_UNKNOWN']);
  });

  it('belong to one repository', async () => {
    const location = (await registry.startUpload()).replace('team/app', 'team/base');
    assert.equal((await registry.request('GET', location)).status, 404);
  });

  it('never make a repository', async () => {
    const response = await new RegistrySession(lab, 'team/none').request('POST', '/blobs/uploads/');
    assert.equal(response.status, 404);
    assert.deepEqual(await errorIn(response), {
      code: 'NAME_UNKNOWN',
      message: "The repository with name 'team/none' does not exist in the registry with id '123456789012'",
    });
  });

  describe('mounting a blob of another repository', () => {
    let path: string;

    beforeEach(async () => {
      const digest = await new RegistrySession(lab, 'team/base').putBlob('data');
      path = `/blobs/uploads/?mount=${digest}&from=team/base`;
    });

    it('is a fresh upload by default', async () => {
      assert.equal((await registry.request('POST', path)).status, 202);
    });

    it('succeeds with the account setting BLOB_MOUNTING', async () => {
      lab.settings.blobMounting = true;
      assert.equal((await registry.request('POST', path)).status, 201);
      assert.equal((await registry.request('HEAD', `/blobs/${digestOf('data')}`)).status, 200);
      assert.equal(lab.repository('team/app').pushes.mounts, 1);
    });
  });
});
