/** What went wrong below HTTP, where no answer came. */
export interface NetworkFault {
  readonly kind: 'name' | 'refused' | 'unreachable' | 'connect-timeout' | 'timeout' | 'reset' | 'tls';
  /** One sentence for the reader, with the system's own words. */
  readonly text: string;
}

const kinds: Readonly<Record<string, NetworkFault['kind']>> = {
  ENOTFOUND: 'name',
  EAI_AGAIN: 'name',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  CERT_HAS_EXPIRED: 'tls',
  CERT_NOT_YET_VALID: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_GET_ISSUER_CERT: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  EPROTO: 'tls',
};

const sentences: Readonly<Record<NetworkFault['kind'], string>> = {
  name: 'Its name could not be resolved',
  refused: 'The host refused the connection',
  unreachable: 'There is no route to the host',
  'connect-timeout': 'The connection was not answered in time, as when a security group drops it',
  timeout: 'The host accepted the connection and then sent no answer in time',
  reset: 'The connection was closed before the answer was complete',
  tls: 'The TLS connection could not be trusted or set up',
};

/** The fault in an error of Node's sockets, of fetch, or of the AWS SDK; undefined for any other error. */
export function networkFault(error: unknown): NetworkFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const kind = kindOf(error);
  if (kind !== undefined) return { kind, text: `${sentences[kind]} (${words(error)}).` };
  const inner = error instanceof AggregateError ? (error.errors as readonly unknown[])[0] : error.cause;
  return networkFault(inner);
}

function kindOf(error: Error): NetworkFault['kind'] | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_')) return 'tls';
  return kinds[code];
}

/** An AggregateError, one for each address that was tried, has no message of its own. */
function words(error: Error): string {
  if (error.message !== '') return error.message;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
