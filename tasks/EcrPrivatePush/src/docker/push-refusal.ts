/**
 * Why a push failed, as far as the engine tells.
 *
 * - `throttled`, `server-error`, `connection`: may go well when tried again; `stalled`: seldom, since the engine may
 *   hold on to the upload that hangs
 * - `manifest-refused`: HTTP 400 to the manifest, its reason lost (containerd store of 26.1): mostly an immutable tag
 * - `unauthorized`, `token-expired`: fresh credentials may help
 * - `denied`: the registry says why; `denied-without-reason`: it does not, or the engine lost the reason (the
 *   containerd store loses that of an expired token)
 */
export type PushRefusal =
  | 'throttled'
  | 'server-error'
  | 'connection'
  | 'stalled'
  | 'untrusted-certificate'
  | 'unauthorized'
  | 'token-expired'
  | 'denied'
  | 'denied-without-reason'
  | 'repository-not-found'
  | 'tag-immutable'
  | 'manifest-refused'
  | 'no-space'
  | 'local-name-missing'
  | 'unknown';

/**
 * How the engine's message is read, first match first: texts of ECR and the engine that say one thing only, then
 * statuses, then the words that Go has for a failed connection. The messages are from the graphdriver store
 * (20.10 to 28.5) and the containerd store (26.1, 28.5).
 */
const readings: readonly (readonly [PushRefusal, RegExp])[] = [
  ['no-space', /no space left on device|disk quota exceeded/i],
  ['local-name-missing', /does not exist locally|^tag does not exist|^no such image/i],
  [
    'tag-immutable',
    /^(?:tag invalid|error from registry): The image tag .* already exists|repository is immutable|ImageTagAlreadyExists/i,
  ],
  ['manifest-refused', /from PUT request to \S+\/manifests\/\S+: 400 Bad Request/i],
  ['repository-not-found', /^name unknown\b|The repository with name .* does not exist/i],
  ['token-expired', /authorization token has expired/i],
  ['denied', /is not authorized to perform/i],
  ['throttled', /^toomanyrequests\b|\b429 Too Many Requests|HTTP 429|Rate exceeded|ThrottlingException/i],
  [
    'unauthorized',
    /no basic auth credentials|authentication required|\b401 Unauthorized|HTTP 401|^unauthorized\b/i,
  ],
  ['denied-without-reason', /^denied: *$|\b403 Forbidden|HTTP 403/i],
  ['denied', /^(?:denied|push access denied)\b|access to the resource is denied/i],
  [
    'server-error',
    /\b5\d\d (?:Internal Server Error|Not Implemented|Bad Gateway|Service Unavailable|Gateway Timeout)|HTTP(?: status:)? 5\d\d/i,
  ],
  [
    'untrusted-certificate',
    /x509:|tls: failed to verify certificate|server gave HTTP response to HTTPS client/i,
  ],
  [
    'connection',
    /\bEOF\b|connection reset|connection refused|connection timed out|broken pipe|i\/o timeout|handshake timeout|deadline exceeded|no such host|server misbehaving|network is unreachable|no route to host|closed network connection|server closed idle connection|awaiting headers/i,
  ],
];

/** @param message the text of `errorDetail`, as the engine has it. */
export function classifyPushRefusal(message: string): PushRefusal {
  return readings.find(([, pattern]) => pattern.test(message))?.[0] ?? 'unknown';
}
