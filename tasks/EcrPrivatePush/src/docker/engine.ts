import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type Docker from 'dockerode';
import { TaskFailure } from '../failure.js';
import { engineAddress } from './engine-address.js';
import { engineFacts, type EngineFacts } from './engine-facts.js';
import { EngineRefusal, engineRequest } from './engine-request.js';

export type { EngineFacts } from './engine-facts.js';

export interface EngineConnection {
  readonly docker: Docker;
  /** For messages: `unix:///var/run/docker.sock`. */
  readonly address: string;
}

/** Milliseconds in which an engine that works has answered, even one that is busy with other builds. */
const answerTimeout = 10_000;

/**
 * Gets ready to talk to the engine; nothing is sent yet.
 *
 * @throws {TaskFailure} EPP401 for an address that this version cannot use, or without its certificates.
 */
export async function connectEngine(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<EngineConnection> {
  const address = engineAddress(environment);
  const { default: Dockerode } = await import('dockerode');
  // What is undefined here would otherwise be read from the process's own environment.
  const unset = { ca: undefined, cert: undefined, key: undefined, timeout: undefined };
  if (address.kind === 'unix') {
    const { socketPath } = address;
    const docker = new Dockerode({ ...unset, protocol: 'http', host: undefined, socketPath });
    return { docker, address: `unix://${socketPath}` };
  }
  const { host, port, certificates } = address;
  const docker =
    certificates === undefined
      ? new Dockerode({ ...unset, protocol: 'http', host, port })
      : new Dockerode({ ...unset, ...(await readCertificates(certificates)), protocol: 'https', host, port });
  return { docker, address: `tcp://${host}:${String(port)}` };
}

/**
 * What kind of engine it is.
 *
 * @param timeout milliseconds in which the answer must come.
 * @throws {TaskFailure} EPP401 when it does not answer, EPP402 when its socket may not be used, EPP403 for one that runs Windows containers.
 */
export async function inspectEngine(
  { docker, address }: EngineConnection,
  signal: AbortSignal,
  timeout: number = answerTimeout,
): Promise<EngineFacts> {
  const deadline = AbortSignal.timeout(timeout);
  const either = AbortSignal.any([signal, deadline]);
  let facts: EngineFacts;
  try {
    const [version, info] = await Promise.all([
      engineRequest(docker, { method: 'GET', path: '/version', signal: either }),
      engineRequest(docker, { method: 'GET', path: '/info', signal: either }),
    ]);
    facts = engineFacts(version, info);
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted) throw noAnswer(address, `It gave no answer within ${String(timeout / 1000)} s.`);
    throw unreachable(address, error instanceof TaskFailure ? error.cause : error);
  }
  if (facts.operatingSystem === 'windows') throw windowsEngine(address);
  return facts;
}

async function readCertificates(folder: string): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
  const read = async (name: string): Promise<Buffer> => {
    const file = path.join(folder, name);
    try {
      return await readFile(file);
    } catch (error) {
      throw new TaskFailure('EPP401', {
        what: `The certificate file '${file}' for the Docker Engine cannot be read.`,
        why: error instanceof Error ? error.message : String(error),
        fix: 'DOCKER_TLS_VERIFY is set: let DOCKER_CERT_PATH name a folder with ca.pem, cert.pem and key.pem that the agent may read.',
        cause: error,
      });
    }
  };
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  return { ca, cert, key };
}

function unreachable(address: string, error: unknown): TaskFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') return notAllowed(address, error);
  if (error instanceof EngineRefusal)
    return noAnswer(address, `It answered HTTP ${String(error.status)}: ${error.message}`, error);
  if (code === 'ENOENT') return noAnswer(address, 'There is no such socket.', error);
  if (code === 'ECONNREFUSED')
    return noAnswer(address, 'Nothing listens there: the connection was refused.', error);
  return noAnswer(address, error instanceof Error ? error.message : String(error), error);
}

function noAnswer(address: string, why: string, cause?: unknown): TaskFailure {
  return new TaskFailure('EPP401', {
    what: `No Docker Engine answers at ${address}.`,
    why,
    fix: 'Start the engine on the agent (`sudo systemctl enable --now docker`), or set the variable DOCKER_HOST to where it listens; a rootless engine listens at unix:///run/user/<uid>/docker.sock.',
    cause,
  });
}

function notAllowed(address: string, cause: unknown): TaskFailure {
  return new TaskFailure('EPP402', {
    what: `The task may not use the Docker Engine's socket ${address}.`,
    why: 'The operating system refused the connection: permission denied.',
    fix: "Add the agent's user to the group of the socket (`sudo usermod -aG docker <user>`) and start the agent again, so that it runs with the new group.",
    cause,
  });
}

function windowsEngine(address: string): TaskFailure {
  return new TaskFailure('EPP403', {
    what: `The Docker Engine at ${address} runs Windows containers.`,
    why: 'This version builds Linux images, with BuildKit, which an engine in Windows mode does not have.',
    fix: 'Use an agent with a Linux engine.',
  });
}
