import type { CredentialLookup } from '../build-request.js';
import type { Service } from './session.js';
import { credentialsRequest, credentialsResponse } from './session-messages.js';

export const credentialsPath = '/moby.filesync.v1.Auth/Credentials';

/** Docker Hub's registry; its credentials are kept under the name of its index. */
const hubRegistry = 'registry-1.docker.io';
const hubIndex = 'index.docker.io';

/** Credentials for exactly the host that the engine asks for; empty ones where there are none. */
export function auth(lookup: CredentialLookup): Service {
  return async ({ messages, signal, send }) => {
    for await (const body of messages) {
      const { Host } = credentialsRequest.decode(body);
      const found = await lookup(Host === hubRegistry ? hubIndex : Host, signal);
      await send(
        credentialsResponse.encode({
          Username: found?.username ?? '',
          Secret: found?.password.reveal() ?? '',
        }),
      );
      return;
    }
  };
}
