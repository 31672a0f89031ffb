import assert from 'node:assert/strict';
import { awsFailure } from '../../../tasks/EcrPrivatePush/src/aws/aws-failure.js';
import { parseRegion } from '../../../tasks/EcrPrivatePush/src/aws/region.js';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { valid } from '../registry/twin.js';

const call = {
  action: 'ecr:GetAuthorizationToken',
  region: valid(parseRegion('ap-northeast-1')),
  endpoint: undefined,
} as const;
function made(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

const principal = 'arn:aws:sts::123456789012:assumed-role/agent/i-0';
const deniedText = `User: ${principal} is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no`;
const rows: readonly (readonly [string, Error, string, readonly RegExp[]])[] = [
  [
    'no credentials',
    made('CredentialsProviderError', 'Could not load credentials from any providers'),
    'EPP201',
    [/instance profile/, /hop limit of 1 .* likely/],
  ],
  [
    'an unknown key',
    made('UnrecognizedClientException', 'The security token included in the request is invalid.'),
    'EPP203',
    [/UnrecognizedClientException: The security token/, /AWS_ACCESS_KEY_ID/],
  ],
  [
    'an expired session',
    made('ExpiredTokenException', 'The security token included in the request is expired'),
    'EPP203',
    [/Renew/],
  ],
  [
    'a clock behind',
    made(
      'InvalidSignatureException',
      'Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z',
    ),
    'EPP203',
    [/clock/],
  ],
  [
    'a clock ahead',
    made(
      'InvalidSignatureException',
      'Signature not yet current: 20260101T001000Z is still later than 20260101T000000Z',
    ),
    'EPP203',
    [/clock/],
  ],
  [
    'a missing permission',
    made(
      'AccessDeniedException',
      `${deniedText} identity-based policy allows the ecr:GetAuthorizationToken action`,
    ),
    'EPP204',
    [
      /refuses ecr:GetAuthorizationToken in ap-northeast-1 to arn:aws:sts::123456789012:assumed-role\/agent\/i-0\./,
      /policy of the role/,
    ],
  ],
  [
    'an endpoint policy',
    made(
      'AccessDeniedException',
      `${deniedText} VPC endpoint policy allows the ecr:GetAuthorizationToken action`,
    ),
    'EPP204',
    [/com\.amazonaws\.ap-northeast-1\.ecr\.api/],
  ],
  [
    'a lasting throttle',
    made('ThrottlingException', 'Rate exceeded', { $metadata: { httpStatusCode: 400, attempts: 4 } }),
    'EPP205',
    [/after 4 attempts was ThrottlingException \(HTTP 400\)/, /fewer jobs/],
  ],
  [
    'a lasting server error',
    made('ServerException', 'x', { $metadata: { httpStatusCode: 500, attempts: 4 } }),
    'EPP205',
    [/HTTP 500/],
  ],
  [
    'an unknown name',
    made('Error', 'getaddrinfo ENOTFOUND api.ecr.ap-northeast-1.amazonaws.com', { code: 'ENOTFOUND' }),
    'EPP301',
    [/could not be resolved \(getaddrinfo ENOTFOUND api\.ecr/, /com\.amazonaws\.ap-northeast-1\.ecr\.api/],
  ],
  [
    'a closed port',
    new AggregateError([made('Error', 'connect ECONNREFUSED 10.0.0.1:443', { code: 'ECONNREFUSED' })], ''),
    'EPP301',
    [/refused the connection \(connect ECONNREFUSED 10\.0\.0\.1:443\)/],
  ],
  [
    'a dropped connection',
    made('Error', 'connect ETIMEDOUT', { code: 'ETIMEDOUT' }),
    'EPP301',
    [/security group/],
  ],
  [
    'a certificate that is not trusted',
    made('Error', 'self-signed certificate in certificate chain', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
    'EPP301',
    [/TLS/],
  ],
  [
    "the SDK's own timeout",
    made('TimeoutError', 'the request socket did not establish a connection'),
    'EPP301',
    [/did not establish a connection/],
  ],
  ['anything else', made('SomethingNew', 'words'), 'EPP205', [/SomethingNew: words/]],
];

describe('awsFailure', () => {
  for (const [name, error, code, says] of rows)
    it(`reads ${name} as ${code}`, () => {
      const failure = awsFailure(error, call);
      assert.equal(failure.code, code);
      for (const pattern of says) assert.match(failure.lines().join('\n'), pattern);
    });

  it('names an endpoint of the user’s own, without the rest of its URL', () => {
    const endpoint = new URL('https://user:secret@ecr.example:8443/path');
    const { what } = awsFailure(made('SomethingNew', ''), { ...call, endpoint });
    assert.ok(what.endsWith('in ap-northeast-1, at https://ecr.example:8443.'), what);
  });

  it('shows no key, session token or signature, not even in its cause', () => {
    const message = [
      'The request signature does not match for AKIAIOSFODNN7EXAMPLE Signature=0123abcd. The Canonical String for this request should have been',
      "'POST\nx-amz-security-token:FwoGZXIvYXdzEXAMPLE'",
    ].join(' ');
    const failure = awsFailure(made('InvalidSignatureException', message), call);
    const shown = `${failure.lines().join('\n')} ${failure.stack ?? ''} ${String(failure.cause)}`;
    assert.doesNotMatch(shown, /AKIA|0123abcd|FwoG|Canonical|POST/);
  });

  it('lets a TaskFailure pass as it is', () => {
    const failure = new TaskFailure('EPP202', { what: 'a', why: 'b', fix: 'c' });
    assert.equal(awsFailure(failure, call), failure);
  });
});
