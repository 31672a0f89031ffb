import assert from 'node:assert/strict';
import {
  parseProxyEndpoint,
  registryEndpoint,
} from '../../../tasks/EcrPrivatePush/src/aws/registry-endpoint.js';
import { parseRegistryId } from '../../../tasks/EcrPrivatePush/src/aws/registry-id.js';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { valid } from '../registry/twin.js';

const own = '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com';
const others = '222222222222.dkr.ecr.ap-northeast-1.amazonaws.com';

describe('parseProxyEndpoint', () => {
  const taken: readonly [string, string, string][] = [
    [`https://${own}`, 'https', own],
    ['https://registry.example:8443/', 'https', 'registry.example:8443'],
    ['http://127.0.0.1:5000', 'http', '127.0.0.1:5000'],
    ['http://127.8.8.8', 'http', '127.8.8.8'],
    ['http://[::1]:5000', 'http', '[::1]:5000'],
    ['http://localhost:5000', 'http', 'localhost:5000'],
  ];
  for (const [text, scheme, host] of taken)
    it(`takes ${text}`, () => {
      assert.deepEqual(parseProxyEndpoint(text), { scheme, host });
    });

  for (const text of [
    '',
    own,
    `http://${own}`,
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'ftp://127.0.0.1',
  ])
    it(`refuses '${text}'`, () => {
      assert.throws(
        () => parseProxyEndpoint(text),
        (error: unknown) => error instanceof TaskFailure && error.code === 'EPP205',
      );
    });
});

describe('registryEndpoint', () => {
  const registryId = valid(parseRegistryId('222222222222'));
  const ecr = { scheme: 'https', host: own } as const;
  const lab = { scheme: 'http', host: '127.0.0.1:5000' } as const;
  const none = { registryId: undefined, repositoryUri: undefined };
  const rows: readonly [string, Parameters<typeof registryEndpoint>[0], { scheme: string; host: string }][] =
    [
      ["the token's host", { ...none, proxyEndpoint: ecr }, ecr],
      [
        'the account that the user chose',
        { ...none, proxyEndpoint: ecr, registryId },
        { ...ecr, host: others },
      ],
      ['a host without an account as it is', { ...none, proxyEndpoint: lab, registryId }, lab],
      [
        "ECR's own word first",
        { ...none, proxyEndpoint: ecr, repositoryUri: `${others}/team/app` },
        { ...ecr, host: others },
      ],
      [
        "ECR's own word before the user's",
        { proxyEndpoint: ecr, registryId, repositoryUri: `${own}/team/app` },
        ecr,
      ],
      [
        "the token's scheme for a loopback host",
        { ...none, proxyEndpoint: lab, repositoryUri: '127.0.0.1:5000/app' },
        lab,
      ],
      ['https for any other host', { ...none, proxyEndpoint: lab, repositoryUri: `${own}/app` }, ecr],
    ];
  for (const [name, facts, expected] of rows)
    it(`is ${name}`, () => {
      assert.deepEqual(registryEndpoint(facts), expected);
    });
});

describe('parseRegistryId', () => {
  for (const text of ['', '12345678901', '1234567890123', '12345678901a', '１２３４５６７８９０１２'])
    it(`refuses '${text}'`, () => {
      assert.equal(parseRegistryId(text).ok, false);
    });
});
