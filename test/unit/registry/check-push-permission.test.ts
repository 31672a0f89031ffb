import assert from 'node:assert/strict';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { checkPushPermission } from '../../../tasks/EcrPrivatePush/src/registry/check-push-permission.js';
import { scriptedServer, type SeenRequest, type ScriptedServer } from './scripted-server.js';
import { errorBody, repositoryName, twin } from './twin.js';

const never = new AbortController().signal;
const shown = ({ method, url }: SeenRequest) => `${method} ${url}`;
const start = 'POST /v2/team/app/blobs/uploads/';

async function seen(server: ScriptedServer, count: number): Promise<readonly string[]> {
  for (let turn = 0; server.requests.length < count && turn < 1000; turn++) await new Promise(setImmediate);
  return server.requests.map(shown);
}

describe('checkPushPermission', () => {
  for (const status of [201, 202])
    it(`takes ${status} as proof, then cancels the upload`, async () => {
      await using server = await scriptedServer([
        { status, headers: { location: '/v2/team/app/blobs/uploads/7?_state=x' } },
        { status: 204 },
      ]);
      await checkPushPermission(twin(server.host).registry, repositoryName, never);
      assert.deepEqual(await seen(server, 2), [start, 'DELETE /v2/team/app/blobs/uploads/7?_state=x']);
    });

  it('cancels under an absolute location on the same host', async () => {
    await using server = await scriptedServer(({ method, headers }) =>
      method === 'POST'
        ? { status: 202, headers: { location: `http://${headers.host ?? ''}/upload/7` } }
        : { status: 204 },
    );
    await checkPushPermission(twin(server.host).registry, repositoryName, never);
    assert.deepEqual(await seen(server, 2), [start, 'DELETE /upload/7']);
  });

  it('leaves an upload on another host alone', async () => {
    await using other = await scriptedServer([{ status: 204 }]);
    await using server = await scriptedServer([
      { status: 202, headers: { location: `${other.origin}/upload/7` } },
      { status: 204 },
    ]);
    await checkPushPermission(twin(server.host).registry, repositoryName, never);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([server.requests.map(shown), other.requests.map(shown)], [[start], []]);
  });

  it('does not wait for the cancel', async () => {
    await using server = await scriptedServer([{ status: 202, headers: { location: '/upload/7' } }, 'stall']);
    const run = new AbortController();
    await checkPushPermission(twin(server.host).registry, repositoryName, run.signal);
    await seen(server, 2);
    run.abort();
  });

  it('does not mind a cancel that is refused', async () => {
    await using server = await scriptedServer([
      { status: 202, headers: { location: '/upload/7' } },
      { status: 405 },
    ]);
    await checkPushPermission(twin(server.host).registry, repositoryName, never);
    assert.equal((await seen(server, 2)).length, 2);
  });

  it('names the refusal', async () => {
    const body = errorBody('DENIED', 'User: x is not authorized to perform: ecr:InitiateLayerUpload');
    await using server = await scriptedServer([{ status: 403, body }]);
    await assert.rejects(
      checkPushPermission(twin(server.host).registry, repositoryName, never),
      (error: unknown) => {
        assert.ok(error instanceof TaskFailure);
        assert.equal(error.code, 'EPP502');
        return /ecr:InitiateLayerUpload is missing/.test(error.what);
      },
    );
  });
});
