import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../log.js';
import type { RegistryCredentials } from '../registry-credentials.js';
import { Secret } from '../secret.js';
import type { CredentialLookup } from './build-request.js';
import { askCredentialHelper } from './credential-helper.js';

export interface ClientConfigSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

type Fields = Readonly<Record<string, unknown>>;

/** Docker Hub's host as an image name has it, and the key under which the docker CLI keeps its credentials. */
const hubHosts = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];
const hubKey = 'https://index.docker.io/v1/';

/**
 * Credentials as the agent's docker client configuration has them: `credHelpers` for the host, else `credsStore`,
 * else `auths`. The file is read when first needed, and never written. One that cannot be used is warned of and
 * gives no credentials: whether the base image needs any, its registry will tell.
 */
export function clientConfigCredentials({ environment, log }: ClientConfigSource): CredentialLookup {
  let config: Promise<Fields> | undefined;
  return async (host, signal) => {
    config ??= readConfig(configFile(environment), log);
    const { credHelpers, credsStore, auths } = await config;
    signal.throwIfAborted();
    const key = hubHosts.includes(host) ? hubKey : host;
    const helper = fields(credHelpers)[key] ?? credsStore;
    if (typeof helper !== 'string' || helper === '') return storedCredentials(fields(auths), key);
    try {
      return await askCredentialHelper(helper, key, environment, signal);
    } catch (error) {
      signal.throwIfAborted();
      log.warning(`No credentials for ${host}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
}

function configFile(environment: ClientConfigSource['environment']): string {
  const folder = environment['DOCKER_CONFIG'] ?? '';
  return path.join(folder === '' ? path.join(environment['HOME'] ?? '', '.docker') : folder, 'config.json');
}

async function readConfig(file: string, log: Log): Promise<Fields> {
  try {
    return fields(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    // A syntax error's message quotes the file, secrets and all.
    const why = error instanceof SyntaxError || !(error instanceof Error) ? 'it is not JSON' : error.message;
    log.warning(`The Docker client configuration '${file}' is not used: ${why}`);
    return {};
  }
}

/** `auths`: the docker CLI writes the bare host, older ones a URL with `/v1/` or `/v2/`. */
function storedCredentials(auths: Fields, key: string): RegistryCredentials | undefined {
  const host = bareHost(key);
  const entry = auths[key] ?? Object.entries(auths).find(([stored]) => bareHost(stored) === host)?.[1];
  const { auth } = fields(entry);
  if (typeof auth !== 'string') return undefined;
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  // The docker CLI drops trailing NULs, which some writers leave.
  const password = text.slice(colon + 1).replace(/\0+$/, '');
  return password === '' ? undefined : { username: text.slice(0, colon), password: new Secret(password) };
}

function bareHost(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
