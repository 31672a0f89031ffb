import assert from 'node:assert/strict';
import type { AuthorizationToken } from '../../../tasks/EcrPrivatePush/src/aws/authorization-token.js';
import { ecrTokens } from '../../../tasks/EcrPrivatePush/src/aws/ecr-tokens.js';
import { Secret } from '../../../tasks/EcrPrivatePush/src/secret.js';

const never = new AbortController().signal;
const minute = 60_000;

/** An ECR that gives passwords p1, p2, …, each for an hour, when `answer` lets it. */
function counting(answer: (signal: AbortSignal) => Promise<void> = () => Promise.resolve()) {
  const clock = { time: 0, now: () => clock.time };
  const masked: string[] = [];
  let calls = 0;
  const authorizationToken = async (signal: AbortSignal): Promise<AuthorizationToken> => {
    const password = `p${++calls}`;
    await answer(signal);
    return {
      credentials: { username: 'AWS', password: new Secret(password) },
      proxyEndpoint: { scheme: 'https', host: 'registry.example' },
      expiresAt: clock.time + 60 * minute,
    };
  };
  const tokens = ecrTokens({
    ecr: { authorizationToken },
    clock,
    onToken: (password) => masked.push(password.reveal()),
  });
  const current = async (signal = never) => (await tokens.current(signal)).password.reveal();
  return { tokens, clock, masked, current, calls: () => calls };
}

describe('ecrTokens', () => {
  it('fetches once for many callers, side by side and later', async () => {
    const { current, calls, tokens } = counting();
    assert.deepEqual(await Promise.all([current(), current(), current()]), ['p1', 'p1', 'p1']);
    assert.equal(await current(), 'p1');
    assert.equal((await tokens.proxyEndpoint(never)).host, 'registry.example');
    assert.equal(calls(), 1);
  });

  it('tells of each password before a caller has it', async () => {
    const { masked, current } = counting();
    assert.deepEqual([await current(), [...masked]], ['p1', ['p1']]);
  });

  it('fetches anew when less than ten minutes are left', async () => {
    const { clock, current } = counting();
    await current();
    clock.time = 50 * minute;
    assert.equal(await current(), 'p1');
    clock.time += 1;
    assert.equal(await current(), 'p2');
  });

  it('renews once for all who hold the same refused password', async () => {
    const { tokens, current, calls } = counting();
    const refused = await tokens.current(never);
    const renew = async () => (await tokens.renew(refused, never)).password.reveal();
    assert.deepEqual(await Promise.all([renew(), renew()]), ['p2', 'p2']);
    assert.equal(await renew(), 'p2');
    assert.equal(await current(), 'p2');
    assert.equal(calls(), 2);
  });

  it('does not remember a failure', async () => {
    let failing = true;
    const { current } = counting(() => (failing ? Promise.reject(new Error('no')) : Promise.resolve()));
    await assert.rejects(current(), /^Error: no$/);
    failing = false;
    assert.equal(await current(), 'p2');
  });

  it("does not let one caller's cancel be another's failure", async () => {
    const open: (() => void)[] = [];
    const { current } = counting(() => new Promise((resolve) => open.push(resolve)));
    const cancel = new AbortController();
    const first = current(cancel.signal);
    const second = current();
    cancel.abort(new Error('cancelled'));
    await assert.rejects(first, /^Error: cancelled$/);
    for (const answer of open) answer();
    assert.equal(await second, 'p1');
  });

  it('stops the call when the last caller has gone, and makes a new one for the next', async () => {
    const seen: AbortSignal[] = [];
    const { current } = counting((signal) => {
      seen.push(signal);
      return seen.length === 1 ? new Promise(() => undefined) : Promise.resolve();
    });
    const cancel = new AbortController();
    const only = current(cancel.signal);
    cancel.abort(new Error('cancelled'));
    await assert.rejects(only, /^Error: cancelled$/);
    assert.equal(seen[0]?.aborted, true);
    assert.equal(await current(), 'p2');
  });
});
