import assert from 'node:assert/strict';
import { instanceMetadata } from '../../../tasks/EcrPrivatePush/src/aws/instance-metadata.js';
import { scriptedServer, type SeenRequest, type Turn } from '../registry/scripted-server.js';

const never = new AbortController().signal;
const at = (origin: string) => instanceMetadata({ AWS_EC2_METADATA_SERVICE_ENDPOINT: origin });

/** Instance metadata, version 2: a document only for whoever shows the token that a PUT gave. */
const service =
  (document: string) =>
  ({ method, url, headers }: SeenRequest): Turn => {
    if (method === 'PUT' && url === '/latest/api/token') return { status: 200, body: 'session' };
    if (headers['x-aws-ec2-metadata-token'] !== 'session') return { status: 401 };
    return url === '/latest/dynamic/instance-identity/document'
      ? { status: 200, body: document }
      : { status: 404 };
  };

describe('instanceMetadata', () => {
  it("reads the region from the instance's identity, with a session token", async () => {
    await using server = await scriptedServer(service('{"region":"ap-northeast-1"}'));
    assert.deepEqual(await at(server.origin).region(never), { kind: 'region', region: 'ap-northeast-1' });
  });

  for (const status of [403, 404, 405])
    it(`does not fall back to version 1 when the token is refused with ${status}`, async () => {
      await using server = await scriptedServer(({ method }) =>
        method === 'PUT' ? { status } : { status: 200, body: '{"region":"ap-northeast-1"}' },
      );
      assert.equal((await at(server.origin).region(never)).kind, 'none');
      assert.ok(server.requests.every((request) => request.method === 'PUT'));
    });

  for (const document of ['{}', '[]', '{"region":7}', '<html>'])
    it(`finds no region in ${document}`, async () => {
      await using server = await scriptedServer(service(document));
      assert.equal((await at(server.origin).region(never)).kind, 'none');
    });

  for (const value of ['true', 'TRUE'])
    it(`asks nobody when AWS_EC2_METADATA_DISABLED is ${value}`, async () => {
      await using server = await scriptedServer(service('{"region":"ap-northeast-1"}'));
      const metadata = instanceMetadata({
        AWS_EC2_METADATA_DISABLED: value,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: server.origin,
      });
      assert.deepEqual(await metadata.region(never), {
        kind: 'none',
        reason: 'AWS_EC2_METADATA_DISABLED is true',
      });
      assert.deepEqual(server.requests, []);
    });

  it('ends at once with the reason of an abort', async () => {
    await using server = await scriptedServer(() => 'stall');
    const cancel = new AbortController();
    const region = at(server.origin).region(cancel.signal);
    setTimeout(() => {
      cancel.abort(new Error('cancelled'));
    }, 20);
    await assert.rejects(region, /^Error: cancelled$/);
  });
});
