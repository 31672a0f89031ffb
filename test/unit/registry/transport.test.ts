import assert from 'node:assert/strict';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import {
  RegistryConnectionError,
  RegistryError,
} from '../../../tasks/EcrPrivatePush/src/registry/registry-error.js';
import { scriptedServer, type Turn } from './scripted-server.js';
import { basic, errorBody, fastRetry, twin } from './twin.js';

const get = { method: 'GET', path: '/v2/team/app/manifests/1', accept: [200] } as const;
const ok = { status: 200, body: 'done' };
const never = new AbortController().signal;

describe('registry transport', () => {
  const passing: readonly [string, Turn][] = [
    ['429', { status: 429, body: errorBody('TOOMANYREQUESTS', 'Rate exceeded') }],
    ['500', { status: 500 }],
    ['502', { status: 502 }],
    ['503', { status: 503 }],
    ['504', { status: 504 }],
    ['a reset', 'reset'],
    ['an answer that ends too early', 'eof'],
  ];
  for (const [name, fault] of passing)
    it(`tries again after ${name} and tells the cause`, async () => {
      await using server = await scriptedServer([fault, ok]);
      const { registry, causes } = twin(server.host);
      const answer = await registry.request(get, never);
      assert.equal(new TextDecoder().decode(answer.body), 'done');
      assert.equal(causes.length, 1);
      assert.match(causes[0] ?? '', /^GET http:\/\/127\.0\.0\.1:\d+\/v2\/team\/app\/manifests\/1: /);
    });

  for (const stall of ['stall', 'stall-body'] as const)
    it(`gives a try up that meets a ${stall}, and tries again`, async () => {
      await using server = await scriptedServer([stall, ok]);
      const { registry, causes } = twin(server.host, { requestTimeout: 150 });
      await registry.request(get, never);
      assert.match(causes.join(), /No complete answer came within 0\.15 s/);
    });

  for (const status of [301, 307, 400, 403, 404, 418])
    it(`takes ${status} as final`, async () => {
      await using server = await scriptedServer([{ status, headers: { location: '/elsewhere' } }, ok]);
      await assert.rejects(twin(server.host).registry.request(get, never), (error: unknown) => {
        assert.ok(error instanceof RegistryError);
        return error.status === status;
      });
      assert.equal(server.requests.length, 1);
    });

  it('ends with the last error, which knows which try it was', async () => {
    await using server = await scriptedServer(() => ({ status: 503 }));
    await assert.rejects(twin(server.host).registry.request(get, never), (error: unknown) => {
      assert.ok(error instanceof RegistryError);
      return error.attempt === fastRetry.attempts;
    });
    assert.equal(server.requests.length, fastRetry.attempts);
  });

  it('waits as long as Retry-After asks for, within the policy', async () => {
    const delays: number[] = [];
    await using server = await scriptedServer([{ status: 429, headers: { 'retry-after': '7' } }, ok]);
    const { registry } = twin(server.host, {
      retry: { ...fastRetry, maxDelay: 20 },
      onRetry: ({ delay }) => delays.push(delay),
    });
    await registry.request(get, never);
    assert.deepEqual(delays, [20]);
  });

  const refusals: readonly [string, Turn][] = [
    ['401', { status: 401, body: 'Not Authorized' }],
    [
      '403 that says so',
      {
        status: 403,
        body: errorBody('DENIED', 'Your authorization token has expired. Reauthenticate and try again.'),
      },
    ],
  ];
  for (const [name, refusal] of refusals) {
    it(`shows a new token after a ${name}`, async () => {
      await using server = await scriptedServer([refusal, ok]);
      const { registry, renewals } = twin(server.host);
      await registry.request(get, never);
      assert.equal(renewals(), 1);
      assert.deepEqual(
        server.requests.map((request) => request.headers.authorization),
        [basic('p0'), basic('p1')],
      );
    });

    it(`fails when the new token meets a ${name} too`, async () => {
      await using server = await scriptedServer([refusal, refusal, ok]);
      await assert.rejects(twin(server.host).registry.request(get, never), RegistryError);
      assert.equal(server.requests.length, 2);
    });
  }

  it('shows a new token after a 403 to HEAD, which cannot say why', async () => {
    await using server = await scriptedServer([{ status: 403 }, { status: 200 }]);
    const { registry, renewals } = twin(server.host);
    await registry.request({ ...get, method: 'HEAD' }, never);
    assert.equal(renewals(), 1);
  });

  it('asks for no new token after any other 403', async () => {
    await using server = await scriptedServer([{ status: 403, body: errorBody('DENIED', 'not authorized') }]);
    const { registry, renewals } = twin(server.host);
    await assert.rejects(registry.request(get, never), RegistryError);
    assert.equal(renewals(), 0);
  });

  it('follows no redirect, so that no other host sees the token', async () => {
    await using other = await scriptedServer([ok]);
    await using server = await scriptedServer([{ status: 307, headers: { location: `${other.origin}/` } }]);
    await assert.rejects(twin(server.host).registry.request(get, never), RegistryError);
    assert.deepEqual(other.requests, []);
  });

  it('ends at once with the reason of an abort', async () => {
    await using server = await scriptedServer(['stall']);
    const cancel = new AbortController();
    const reason = new Error('cancelled by the user');
    const request = twin(server.host).registry.request(get, cancel.signal);
    setTimeout(() => {
      cancel.abort(reason);
    }, 20);
    await assert.rejects(request, reason);
  });

  it('tells a refused connection from a broken one, and does not repeat it', async () => {
    const server = await scriptedServer([]);
    await server[Symbol.asyncDispose]();
    const { registry, causes } = twin(server.host);
    await assert.rejects(registry.request(get, never), (error: unknown) => {
      assert.ok(error instanceof RegistryConnectionError);
      return error.fault?.kind === 'refused' && !error.temporary;
    });
    assert.deepEqual(causes, []);
  });

  it('does not read an endless answer into memory', async () => {
    await using server = await scriptedServer([{ status: 200, body: Buffer.alloc(4 * 1024 * 1024 + 1) }]);
    await assert.rejects(twin(server.host).registry.request(get, never), (error: unknown) => {
      assert.ok(error instanceof TaskFailure);
      return error.code === 'EPP506';
    });
  });

  it('tries once where once is enough', async () => {
    await using server = await scriptedServer([{ status: 503 }, ok]);
    await assert.rejects(twin(server.host).registry.requestOnce(get, never), RegistryError);
    assert.equal(server.requests.length, 1);
  });
});
