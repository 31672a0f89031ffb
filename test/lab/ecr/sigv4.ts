import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */

interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface KnownKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: string;
}

interface SignatureRefusal {
  readonly type:
    | 'MissingAuthenticationTokenException'
    | 'IncompleteSignatureException'
    | 'UnrecognizedClientException'
    | 'InvalidSignatureException';
  readonly message: string;
}

const allowedSkewMs = 5 * 60 * 1000;
const algorithm = 'AWS4-HMAC-SHA256';
const authorizationPattern =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Why AWS would refuse this request; undefined where the signature holds. `now`: milliseconds since the epoch. */
export function checkSignature(
  request: SignedRequest,
  known: KnownKey,
  now: number,
): SignatureRefusal | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined)
    return { type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' };
  const claim = readClaim(authorization, request.headers['x-amz-date']);
  if (claim === undefined)
    return {
      type: 'IncompleteSignatureException',
      message: 'Authorization header requires Credential, SignedHeaders, Signature and a X-Amz-Date header.',
    };
  // A session token belongs to temporary credentials; this key is a lasting one.
  if (claim.accessKeyId !== known.accessKeyId || request.headers['x-amz-security-token'] !== undefined)
    return {
      type: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    };
  const message =
    scopeProblem(claim, known) ?? skewProblem(claim.amzDate, now) ?? signatureProblem(request, known, claim);
  return message === undefined ? undefined : { type: 'InvalidSignatureException', message };
}

/** What an Authorization header says of itself. */
interface Claim {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** The X-Amz-Date header: `YYYYMMDDTHHMMSSZ`. */
  readonly amzDate: string;
}

function readClaim(
  authorization: string,
  amzDate: string | readonly string[] | undefined,
): Claim | undefined {
  const match = authorizationPattern.exec(authorization);
  if (match === null || typeof amzDate !== 'string') return undefined;
  const [, accessKeyId = '', date = '', region = '', service = '', headers = '', signature = ''] = match;
  return { accessKeyId, date, region, service, signedHeaders: headers.split(';'), signature, amzDate };
}

function scopeProblem(claim: Claim, known: KnownKey): string | undefined {
  if (claim.region !== known.region)
    return `Credential should be scoped to a valid region, not '${claim.region}'.`;
  if (claim.service !== known.service)
    return `Credential should be scoped to correct service: '${known.service}'.`;
  if (claim.date !== claim.amzDate.slice(0, 8))
    return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.date}' != '${claim.amzDate}'.`;
  return undefined;
}

function skewProblem(amzDate: string, now: number): string | undefined {
  const signedAt = parseAmzDate(amzDate);
  if (Math.abs(now - signedAt) <= allowedSkewMs) return undefined;
  if (signedAt < now) {
    const earliest = formatAmzDate(now - allowedSkewMs);
    return `Signature expired: ${amzDate} is now earlier than ${earliest} (${formatAmzDate(now)} - 5 min.)`;
  }
  const latest = formatAmzDate(now + allowedSkewMs);
  return `Signature not yet current: ${amzDate} is still later than ${latest} (${formatAmzDate(now)} + 5 min.)`;
}

function signatureProblem(request: SignedRequest, known: KnownKey, claim: Claim): string | undefined {
  const { signedHeaders, amzDate, signature } = claim;
  if (!signedHeaders.includes('host')) return `'Host' must be a 'SignedHeader' in the AWS Authorization.`;
  if (!signedHeaders.includes('x-amz-date'))
    return `'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization.`;
  const expected = sign(request, known, amzDate, signedHeaders);
  if (timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) return undefined;
  return 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
}

function sign(
  request: SignedRequest,
  known: KnownKey,
  amzDate: string,
  signedHeaders: readonly string[],
): string {
  const date = amzDate.slice(0, 8);
  const scope = `${date}/${known.region}/${known.service}/aws4_request`;
  const toSign = [algorithm, amzDate, scope, sha256(canonicalRequest(request, signedHeaders))].join('\n');
  const key = [known.region, known.service, 'aws4_request'].reduce<Buffer>(
    (derived, part) => hmac(derived, part),
    hmac(`AWS4${known.secretAccessKey}`, date),
  );
  return hmac(key, toSign).toString('hex');
}

function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const headers = signedHeaders.map((name) => `${name}:${headerValue(request.headers[name])}\n`);
  return [
    request.method,
    request.url.pathname.split('/').map(encode).join('/'),
    canonicalQuery(request.url.searchParams),
    headers.join(''),
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
}

function canonicalQuery(query: URLSearchParams): string {
  const pairs = [...query].map(([name, value]) => ({ name: encode(name), value: encode(value) }));
  pairs.sort((a, b) => compare(a.name, b.name) || compare(a.value, b.value));
  return pairs.map(({ name, value }) => `${name}=${value}`).join('&');
}

/** By code point, as the specification sorts. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function headerValue(value: string | readonly string[] | undefined): string {
  const text = typeof value === 'string' ? value : (value ?? []).join(',');
  return text.trim().replace(/ +/g, ' ');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function parseAmzDate(amzDate: string): number {
  return Date.parse(amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function formatAmzDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
