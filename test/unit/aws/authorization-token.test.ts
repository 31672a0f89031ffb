import assert from 'node:assert/strict';
import { decodeAuthorizationToken } from '../../../tasks/EcrPrivatePush/src/aws/authorization-token.js';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';

const encode = (text: string) => Buffer.from(text).toString('base64');
const data = {
  authorizationToken: encode('AWS:pass:word'),
  proxyEndpoint: 'https://123456789012.dkr.ecr.ap-northeast-1.amazonaws.com',
  expiresAt: new Date(12_000),
};

describe('decodeAuthorizationToken', () => {
  it('splits user and password at the first colon', () => {
    const { credentials, expiresAt, proxyEndpoint } = decodeAuthorizationToken(data);
    assert.equal(credentials.username, 'AWS');
    assert.equal(credentials.password.reveal(), 'pass:word');
    assert.equal(expiresAt, 12_000);
    assert.equal(proxyEndpoint.host, '123456789012.dkr.ecr.ap-northeast-1.amazonaws.com');
  });

  const { authorizationToken, proxyEndpoint } = data;
  const bad: readonly [string, Parameters<typeof decodeAuthorizationToken>[0]][] = [
    ['no answer', undefined],
    ['no password', { ...data, authorizationToken: encode('AWS:') }],
    ['no user', { ...data, authorizationToken: encode(':password') }],
    ['no colon', { ...data, authorizationToken: encode('password') }],
    ['no end', { authorizationToken, proxyEndpoint }],
  ];
  for (const [name, made] of bad)
    it(`refuses ${name}, without a word of the token`, () => {
      assert.throws(
        () => decodeAuthorizationToken(made),
        (error: unknown) => {
          assert.ok(error instanceof TaskFailure);
          return error.code === 'EPP205' && !error.lines().join().includes('password');
        },
      );
    });
});
