import assert from 'node:assert/strict';
import { startLabEcr, type LabEcr } from '../../../lab/ecr/lab-ecr.js';
import { RegistrySession } from './registry-session.js';

describe('lab ecr: blobs', () => {
  let lab: LabEcr;
  let registry: RegistrySession;
  let digest: string;

  before(async () => {
    lab = await startLabEcr();
    lab.createRepository('team/app');
    registry = new RegistrySession(lab, 'team/app');
    digest = await registry.putBlob('0123456789');
  });
  after(() => lab.close());

  it('HEAD tells size and digest', async () => {
    const response = await registry.request('HEAD', `/blobs/${digest}`);
    assert.deepEqual(
      [
        response.status,
        response.headers.get('content-length'),
        response.headers.get('docker-content-digest'),
      ],
      [200, '10', digest],
    );
  });

  it('GET leads to S3, which asks for no credentials', async () => {
    const response = await registry.request('GET', `/blobs/${digest}`);
    assert.equal(response.status, 307);
    const download = await fetch(response.headers.get('location') ?? '');
    assert.equal(await download.text(), '0123456789');
  });

  const ranges: readonly (readonly [string, number, string, string | null])[] = [
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
  ];
  for (const [range, status, text, contentRange] of ranges)
    it(`a download with Range ${range}`, async () => {
      const response = await fetch(`${lab.url}/s3/team/app/${digest}`, { headers: { range } });
      assert.deepEqual(
        [response.status, await response.text(), response.headers.get('content-range')],
        [status, text, contentRange],
      );
    });

  it('404 for one that is not there', async () => {
    const response = await registry.request('HEAD', `/blobs/sha256:${'0'.repeat(64)}`);
    assert.equal(response.status, 404);
  });
});
