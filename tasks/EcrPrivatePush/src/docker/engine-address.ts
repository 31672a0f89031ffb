import { TaskFailure } from '../failure.js';

export type EngineAddress =
  | { readonly kind: 'unix'; readonly socketPath: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** Folder with ca.pem, cert.pem and key.pem; undefined for a connection without TLS. */
      readonly certificates: string | undefined;
    };

type Environment = Readonly<Record<string, string | undefined>>;

const defaultSocket = '/var/run/docker.sock';

/**
 * Where the engine is, by the docker CLI's variables DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH.
 *
 * @throws {TaskFailure} EPP401 for an address that this version cannot use.
 */
export function engineAddress(environment: Environment): EngineAddress {
  const text = environment['DOCKER_HOST'] ?? '';
  if (text === '' || text === 'unix://') return { kind: 'unix', socketPath: defaultSocket };
  if (text.startsWith('unix:///')) return { kind: 'unix', socketPath: text.slice('unix://'.length) };
  const url = tcpUrl(text);
  if (url === undefined) throw unsupported(text);
  const certificates = certificateFolder(environment);
  // The docker CLI's own ports.
  const port = url.port === '' ? (certificates === undefined ? 2375 : 2376) : Number(url.port);
  return { kind: 'tcp', host: url.hostname, port, certificates };
}

function tcpUrl(text: string): URL | undefined {
  if (!text.startsWith('tcp://') || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.hostname === '' || url.pathname.length > 1 ? undefined : url;
}

function certificateFolder(environment: Environment): string | undefined {
  // As in the docker CLI: any text switches TLS on, `0` too.
  if ((environment['DOCKER_TLS_VERIFY'] ?? '') === '') return undefined;
  const folder = environment['DOCKER_CERT_PATH'] ?? '';
  return folder === '' ? `${environment['HOME'] ?? ''}/.docker` : folder;
}

function unsupported(text: string): TaskFailure {
  return new TaskFailure('EPP401', {
    what: `The Docker Engine at DOCKER_HOST='${withoutUserInfo(text)}' cannot be used.`,
    why: 'This version connects over unix:///path/to/docker.sock and tcp://host:port, with TLS when DOCKER_TLS_VERIFY is set.',
    fix: 'Set DOCKER_HOST to such an address, or remove it to use unix:///var/run/docker.sock.',
  });
}

/** An address may carry a password. */
function withoutUserInfo(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//');
}
