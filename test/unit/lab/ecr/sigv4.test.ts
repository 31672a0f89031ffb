import assert from 'node:assert/strict';
import { checkSignature } from '../../../lab/ecr/sigv4.js';

/** The example of AWS's Signature Version 4 test suite. */
const example = {
  key: {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    region: 'us-east-1',
    service: 'service',
  },
  now: Date.parse('2015-08-30T12:36:00Z'),
};

function authorization(signature: string): string {
  return `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`;
}

function request(method: string, path: string, signature: string, headers: Record<string, string> = {}) {
  return {
    method,
    url: new URL(path, 'http://example.amazonaws.com'),
    headers: {
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: authorization(signature),
      ...headers,
    },
    body: Buffer.alloc(0),
  };
}

const getVanilla = '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';

describe('lab ecr: Signature Version 4', () => {
  describe("accepts the examples of AWS's test suite", () => {
    const vectors: readonly (readonly [string, string, string, string])[] = [
      ['get-vanilla', 'GET', '/', getVanilla],
      ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
      [
        'get-vanilla-query-order-key-case',
        'GET',
        '/?Param2=value2&Param1=value1',
        'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
      ],
    ];
    for (const [name, method, path, signature] of vectors)
      it(name, () => {
        assert.equal(checkSignature(request(method, path, signature), example.key, example.now), undefined);
      });
  });

  describe('refuses', () => {
    const minute = 60_000;
    const good = request('GET', '/', getVanilla);
    const unsigned = { host: good.headers.host, 'x-amz-date': good.headers['x-amz-date'] };
    const cases = [
      {
        what: 'a request without a signature',
        request: { ...good, headers: unsigned },
        type: 'MissingAuthenticationTokenException',
      },
      {
        what: 'another scheme',
        request: request('GET', '/', getVanilla, { authorization: 'Basic QVdTOng=' }),
        type: 'IncompleteSignatureException',
      },
      {
        what: 'an unknown key',
        request: request('GET', '/', getVanilla, {
          authorization: authorization(getVanilla).replace('AKIDEXAMPLE', 'AKIDOTHER'),
        }),
        type: 'UnrecognizedClientException',
        message: /security token included in the request is invalid/,
      },
      {
        what: 'a lasting key with a session token',
        request: request('GET', '/', getVanilla, { 'x-amz-security-token': 'x' }),
        type: 'UnrecognizedClientException',
      },
      {
        what: 'a changed body',
        request: { ...good, body: Buffer.from('{}') },
        type: 'InvalidSignatureException',
        message: /does not match the signature you provided/,
      },
      {
        what: 'another region',
        request: request('GET', '/', getVanilla, {
          authorization: authorization(getVanilla).replace('us-east-1', 'eu-west-1'),
        }),
        type: 'InvalidSignatureException',
        message: /valid region, not 'eu-west-1'/,
      },
      {
        what: 'a signature older than 5 minutes',
        request: good,
        now: example.now + 6 * minute,
        type: 'InvalidSignatureException',
        message:
          /^Signature expired: 20150830T123600Z is now earlier than 20150830T123700Z \(20150830T124200Z - 5 min\.\)$/,
      },
      {
        what: 'a signature from more than 5 minutes ahead',
        request: good,
        now: example.now - 6 * minute,
        type: 'InvalidSignatureException',
        message: /^Signature not yet current/,
      },
    ];
    for (const { what, request: refused, now = example.now, type, message = /./ } of cases)
      it(what, () => {
        const refusal = checkSignature(refused, example.key, now);
        assert.equal(refusal?.type, type);
        assert.match(refusal.message, message);
      });
  });

  it('accepts a signature that is just 5 minutes old', () => {
    const now = example.now + 5 * 60_000;
    assert.equal(checkSignature(request('GET', '/', getVanilla), example.key, now), undefined);
  });
});
