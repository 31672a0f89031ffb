import assert from 'node:assert/strict';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import {
  RegistryConnectionError,
  RegistryError,
} from '../../../tasks/EcrPrivatePush/src/registry/registry-error.js';
import { networkFault } from '../../../tasks/EcrPrivatePush/src/network-fault.js';
import { registryFailure } from '../../../tasks/EcrPrivatePush/src/registry/registry-failure.js';
import { errorBody, repositoryName, tag } from './twin.js';

const host = '123456789012.dkr.ecr.ap-northeast-1.amazonaws.com';
const url = new URL(`https://${host}/v2/team/app/manifests/1`);
const task = {
  registry: { scheme: 'https', host },
  name: repositoryName,
  doing: 'put the tag 1',
  action: 'ecr:PutImage',
  tag: tag('1'),
} as const;

function answer(status: number, body = '', method = 'PUT'): RegistryError {
  return new RegistryError({ method, url, attempt: 6 }, { status, retryAfter: undefined, body });
}
function broken(code: string): RegistryConnectionError {
  const cause = Object.assign(new Error(`connect ${code}`), { code });
  return new RegistryConnectionError({ method: 'PUT', url, attempt: 6 }, networkFault(cause), cause);
}

const user =
  'User: arn:aws:sts::123456789012:assumed-role/agent/i-0 is not authorized to perform: ecr:PutImage on resource: arn:aws:ecr:ap-northeast-1:123456789012:repository/team/app';
const denied = (why: string) => answer(403, errorBody('DENIED', `${user} ${why}`));

interface Row {
  readonly name: string;
  readonly error: Error;
  readonly code: string;
  readonly says: readonly RegExp[];
}
const rows: readonly Row[] = [
  {
    name: 'an unknown repository',
    error: answer(404, errorBody('NAME_UNKNOWN', 'The repository does not exist')),
    code: 'EPP501',
    says: [/team\/app does not exist/, /create-repository/],
  },
  {
    name: 'a missing permission',
    error: denied('because no identity-based policy allows the ecr:PutImage action'),
    code: 'EPP502',
    says: [/permission ecr:PutImage is missing/, /agent's role/],
  },
  {
    name: 'an endpoint policy',
    error: denied('because no VPC endpoint policy allows the ecr:PutImage action'),
    code: 'EPP502',
    says: [/policy of the interface endpoint com\.amazonaws\.ap-northeast-1\.ecr\.dkr/],
  },
  {
    name: 'an explicit deny',
    error: denied('with an explicit deny in a resource-based policy'),
    code: 'EPP502',
    says: [/statement that denies ecr:PutImage/, /ecr\.api/],
  },
  {
    name: 'a 403 with other text',
    error: answer(403, errorBody('DENIED', 'images per repository')),
    code: 'EPP502',
    says: [/images per repository/],
  },
  {
    name: 'a 403 without text',
    error: answer(403),
    code: 'EPP502',
    says: [/Likely, in this order: .*aws:SourceVpce.*endpoint.*quota/, /both interface endpoints/],
  },
  { name: 'a 403 to HEAD', error: answer(403, '', 'HEAD'), code: 'EPP502', says: [/HEAD has no body/] },
  {
    name: 'a token refused twice',
    error: answer(401, 'Not Authorized'),
    code: 'EPP502',
    says: [/fetched just before: HTTP 401, Not Authorized/],
  },
  {
    name: 'an immutable tag',
    error: answer(
      400,
      errorBody(
        'TAG_INVALID',
        "The image tag '1' already exists in the 'team/app' repository and cannot be overwritten because the repository is immutable.",
      ),
    ),
    code: 'EPP503',
    says: [/tag 1 of/],
  },
  {
    name: 'a tag that is invalid otherwise',
    error: answer(400, errorBody('TAG_INVALID', 'bad characters')),
    code: 'EPP506',
    says: [/bad characters/],
  },
  {
    name: 'a lasting throttle',
    error: answer(429, errorBody('TOOMANYREQUESTS', 'Rate exceeded')),
    code: 'EPP504',
    says: [/6 attempts failed; the last one: HTTP 429, TOOMANYREQUESTS: Rate exceeded/],
  },
  { name: 'a lasting 503', error: answer(503), code: 'EPP504', says: [/HTTP 503, no text/] },
  { name: 'lasting resets', error: broken('ECONNRESET'), code: 'EPP504', says: [/6 attempts .*ECONNRESET/] },
  {
    name: 'an unknown host',
    error: broken('ENOTFOUND'),
    code: 'EPP302',
    says: [/could not be resolved/, /com\.amazonaws\.ap-northeast-1\.ecr\.dkr exists with private DNS/],
  },
  { name: 'a closed port', error: broken('ECONNREFUSED'), code: 'EPP302', says: [/refused the connection/] },
  {
    name: 'a dropped connection',
    error: broken('UND_ERR_CONNECT_TIMEOUT'),
    code: 'EPP302',
    says: [/security group/],
  },
  {
    name: 'a certificate that is not trusted',
    error: broken('SELF_SIGNED_CERT_IN_CHAIN'),
    code: 'EPP302',
    says: [/TLS/],
  },
  { name: 'any other answer', error: answer(418, 'teapot'), code: 'EPP506', says: [/HTTP 418, teapot/] },
];

describe('registryFailure', () => {
  for (const { name, error, code, says } of rows)
    it(`reads ${name} as ${code}`, () => {
      const failure = registryFailure(error, task);
      assert.ok(failure instanceof TaskFailure);
      assert.equal(failure.code, code);
      for (const pattern of says) assert.match(failure.lines().join('\n'), pattern);
    });

  it('lets every other error pass as it is', () => {
    const reason = new Error('cancelled');
    assert.equal(registryFailure(reason, task), reason);
  });
});
