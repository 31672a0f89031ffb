import assert from 'node:assert/strict';
import { auth } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/auth.js';
import {
  credentialsRequest,
  credentialsResponse,
} from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/session-messages.js';
import { Secret } from '../../../../tasks/EcrPrivatePush/src/secret.js';

const ask = async (host: string): Promise<unknown> => {
  const known = new Map([
    ['one.example', 'first'],
    ['index.docker.io', 'hub'],
  ]);
  const lookup = (name: string) => {
    const password = known.get(name);
    return Promise.resolve(
      password === undefined ? undefined : { username: 'u', password: new Secret(password) },
    );
  };
  let answer: unknown;
  await auth(lookup)({
    headers: {},
    messages: (async function* () {
      yield await Promise.resolve(credentialsRequest.encode({ Host: host }));
    })(),
    signal: new AbortController().signal,
    send: (body) => Promise.resolve(void (answer = credentialsResponse.decode(body))),
  });
  return answer;
};

describe('the credentials that the engine asks for', () => {
  it('are those of the host', async () => {
    assert.deepEqual(await ask('one.example'), { Username: 'u', Secret: 'first' });
  });

  it("are Docker Hub's index's for its registry", async () => {
    assert.deepEqual(await ask('registry-1.docker.io'), { Username: 'u', Secret: 'hub' });
  });

  it('are empty for any other host', async () => {
    assert.deepEqual(await ask('other.example'), { Username: '', Secret: '' });
  });
});
