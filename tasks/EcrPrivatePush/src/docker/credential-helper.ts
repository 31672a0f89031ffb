import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { RegistryCredentials } from '../registry-credentials.js';
import { Secret } from '../secret.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds. */
const helperTimeout = 10_000;
/** Characters: an answer is a small object, its token some kilobytes at most. */
const longestAnswer = 1024 * 1024;

/** What a helper needs to find itself, its user's key ring and the network; nothing of the pipeline's secrets. */
const passedOn = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'TMPDIR',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'DBUS_SESSION_BUS_ADDRESS',
  'GNUPGHOME',
  'PASSWORD_STORE_DIR',
  'DOCKER_CONFIG',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
];

/**
 * Asks `docker-credential-<name> get`, by the protocol of docker-credential-helpers: the host on stdin, JSON on stdout.
 *
 * @returns undefined when the helper has none for the host, or only an identity token.
 * @throws {Error} when the helper cannot be run, fails or does not answer in 10 s; the signal's reason when aborted.
 */
export async function askCredentialHelper(
  name: string,
  host: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<RegistryCredentials | undefined> {
  if (!/^[\w.-]+$/.test(name)) throw new Error(`'${name}' is not the name of a credential helper`);
  const program = `docker-credential-${name}`;
  const deadline = AbortSignal.timeout(helperTimeout);
  try {
    const { exitCode, stdout } = await run(program, host, environment, AbortSignal.any([signal, deadline]));
    // Helpers tell on stdout what went wrong.
    if (exitCode === 0) return parseAnswer(program, stdout);
    if (/credentials not found/i.test(stdout)) return undefined;
    throw new Error(`${program} ended with exit code ${String(exitCode)}`);
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted)
      throw new Error(`${program} did not answer within ${String(helperTimeout / 1000)} s`, { cause: error });
    throw error;
  }
}

async function run(
  program: string,
  input: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<{ readonly exitCode: number | null; readonly stdout: string }> {
  const child = spawn(program, ['get'], {
    env: Object.fromEntries(passedOn.map((name) => [name, environment[name]])),
    stdio: ['pipe', 'pipe', 'ignore'],
    signal,
    killSignal: 'SIGKILL',
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  // A helper may answer without reading its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [exitCode, stdout] = await Promise.all([exited, readAnswer(program, child)]);
  return { exitCode, stdout };
}

async function readAnswer(
  program: string,
  child: ChildProcessByStdio<Writable, Readable, null>,
): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length <= longestAnswer) continue;
    child.kill('SIGKILL');
    throw new Error(`${program} answered with more than ${String(longestAnswer)} characters`);
  }
  return text;
}

function parseAnswer(program: string, stdout: string): RegistryCredentials | undefined {
  const { Username: username, Secret: secret } = parseObject(stdout);
  if (typeof username !== 'string' || typeof secret !== 'string')
    throw new Error(`${program} gave no credentials that can be read`);
  // By the protocol: what comes with this user name is an identity token, which Basic authentication cannot use.
  if (username === '<token>' || secret === '') return undefined;
  return { username, password: new Secret(secret) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // The parser's message would quote the answer, which holds a secret; its reader sees that nothing could be read.
    return {};
  }
}
