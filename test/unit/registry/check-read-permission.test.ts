import assert from 'node:assert/strict';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { checkReadPermission } from '../../../tasks/EcrPrivatePush/src/registry/check-read-permission.js';
import { scriptedServer } from './scripted-server.js';
import { errorBody, repositoryName, tag, twin } from './twin.js';

describe('checkReadPermission', () => {
  const check = (host: string): Promise<void> =>
    checkReadPermission(twin(host).registry, repositoryName, tag('v1'), new AbortController().signal);

  for (const [what, status] of [
    ['a tag that is there', 200],
    ['a tag that is not', 404],
  ] as const)
    it(`is content with ${what}`, async () => {
      await using server = await scriptedServer([{ status, body: '{}' }]);
      await check(server.host);
      assert.deepEqual(
        server.requests.map(({ method, url }) => [method, url]),
        [['GET', '/v2/team/app/manifests/v1']],
      );
    });

  it('names the permission that is missing', async () => {
    const text = 'User: x is not authorized to perform: ecr:BatchGetImage on resource: y';
    await using server = await scriptedServer(() => ({ status: 403, body: errorBody('DENIED', text) }));
    await assert.rejects(
      check(server.host),
      (error: unknown) =>
        error instanceof TaskFailure &&
        error.code === 'EPP502' &&
        error.what.includes('ecr:BatchGetImage is missing'),
    );
  });
});
