import assert from 'node:assert/strict';
import { parseEcrHost } from '../../../tasks/EcrPrivatePush/src/aws/ecr-host.js';

const hosts: readonly [string, string][] = [
  ['123456789012.dkr.ecr.ap-northeast-1.amazonaws.com', 'ap-northeast-1'],
  ['123456789012.DKR.ECR.AP-Northeast-1.AmazonAWS.com', 'ap-northeast-1'],
  ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
  ['123456789012.dkr-ecr.us-east-1.on.aws', 'us-east-1'],
  ['123456789012.dkr-ecr-fips.us-east-1.on.aws', 'us-east-1'],
  ['123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn', 'cn-north-1'],
];
const others: readonly string[] = [
  '123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example',
  'evil.example/123456789012.dkr.ecr.us-east-1.amazonaws.com',
  'evil-123456789012.dkr.ecr.us-east-1.amazonaws.com',
  'evil.123456789012.dkr.ecr.us-east-1.amazonaws.com',
  '123456789012.dkr.ecr.us-east-1.amazonaws.com:8443',
  '123456789012.dkr.ecr.us-east-1.amazonaws.com.',
  '123456789012.dkr.ecr.us-east-1.amazonaws.com\n',
  '123456789012.dkr.ecr.us-east-1.evil.amazonaws.com',
  '123456789012.dkr.ecr.us-east-1.amazonaws.org',
  '123456789012.dkr.ecr.us-east-1.on.aws',
  '123456789012.dkr-ecr.us-east-1.amazonaws.com',
  '123456789012xdkr.ecr.us-east-1.amazonaws.com',
  '123456789012.dkr.ecr.nowhere.amazonaws.com',
  '12345678901.dkr.ecr.us-east-1.amazonaws.com',
  'api.ecr.us-east-1.amazonaws.com',
  'public.ecr.aws',
  'docker.io',
  '',
];

describe('parseEcrHost', () => {
  for (const [host, region] of hosts)
    it(`knows ${host}`, () => {
      assert.deepEqual(parseEcrHost(host), { account: '123456789012', region });
    });

  for (const host of others)
    it(`does not take ${JSON.stringify(host)} for ECR`, () => {
      assert.equal(parseEcrHost(host), undefined);
    });
});
