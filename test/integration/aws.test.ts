import assert from 'node:assert/strict';
import { systemClock } from '../../tasks/EcrPrivatePush/src/clock.js';
import { connectEcr, type Ecr } from '../../tasks/EcrPrivatePush/src/aws/ecr.js';
import { ecrTokens } from '../../tasks/EcrPrivatePush/src/aws/ecr-tokens.js';
import { parseRegion } from '../../tasks/EcrPrivatePush/src/aws/region.js';
import { TaskFailure, type FailureCode } from '../../tasks/EcrPrivatePush/src/failure.js';
import { parseRepositoryName, type Parsed } from '../../tasks/EcrPrivatePush/src/image-reference.js';
import type { FaultKind } from '../lab/ecr/faults.js';
import { startLabEcr, type LabEcr } from '../lab/ecr/lab-ecr.js';

const never = new AbortController().signal;
const name = valid(parseRepositoryName('team/app'));

function valid<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(parsed.rule);
  return parsed.value;
}

const failsAs = (code: FailureCode) => (error: unknown) => {
  assert.ok(error instanceof TaskFailure, String(error));
  assert.equal(error.code, code);
  return true;
};

describe("aws/ against the lab's ECR", () => {
  const before_ = { ...process.env };
  let lab: LabEcr;
  let ecr: Ecr;
  beforeEach(async () => {
    lab = await startLabEcr();
    // The SDK's chain reads the process's own environment, and nothing else of this machine here.
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: lab.accessKey.accessKeyId,
      AWS_SECRET_ACCESS_KEY: lab.accessKey.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nonexistent/config',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
    });
    const region = valid(parseRegion(lab.region));
    ecr = await connectEcr({ region, endpoint: new URL(lab.url), environment: process.env });
  });
  afterEach(async () => {
    process.env = { ...before_ };
    await lab.close();
  });

  it('gets a token that the registry takes, and masks it', async () => {
    const masked: string[] = [];
    const tokens = ecrTokens({
      ecr,
      clock: systemClock,
      onToken: (password) => masked.push(password.reveal()),
    });
    const { username, password } = await tokens.current(never);
    const basic = Buffer.from(`${username}:${password.reveal()}`).toString('base64');
    const { scheme, host } = await tokens.proxyEndpoint(never);
    const answer = await fetch(`${scheme}://${host}/v2/`, { headers: { authorization: `Basic ${basic}` } });
    assert.equal(answer.status, 200);
    assert.deepEqual(masked, [password.reveal()]);
  });

  it('describes a repository', async () => {
    lab.createRepository(name, { immutable: true });
    assert.deepEqual(await ecr.describeRepository(name, undefined, never), {
      kind: 'described',
      uri: `${lab.host}/team/app`,
      arn: `arn:aws:ecr:${lab.region}:${lab.accountId}:repository/team/app`,
      registryId: lab.accountId,
      tagMutability: 'IMMUTABLE',
    });
  });

  it('names a repository that does not exist', async () => {
    await assert.rejects(ecr.describeRepository(name, undefined, never), failsAs('EPP501'));
  });

  it('does not mind a role that may not describe', async () => {
    lab.principal.deny('ecr:DescribeRepositories');
    const described = await ecr.describeRepository(name, undefined, never);
    assert.equal(described.kind, 'not-readable');
  });

  it('names a refused key', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIANOBODYKNOWSTHIS0';
    await assert.rejects(ecr.authorizationToken(never), failsAs('EPP203'));
  });

  it('names a wrong secret', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
    await assert.rejects(ecr.authorizationToken(never), failsAs('EPP203'));
  });

  for (const kind of ['429', '500', '503', 'reset', 'eof'] as const)
    it(`gets over one ${kind}`, async () => {
      const fault = lab.faults.add({ on: 'authorization-token', kind, times: 1 });
      await ecr.authorizationToken(never);
      assert.equal(fault.used, 1);
    });

  const lasting: readonly (readonly [FaultKind, FailureCode])[] = [
    ['500', 'EPP205'],
    ['reset', 'EPP301'],
    ['token-expired', 'EPP203'],
    ['denied-with-text', 'EPP204'],
  ];
  for (const [kind, code] of lasting)
    it(`ends a lasting ${kind} as ${code}`, async () => {
      lab.faults.add({ on: 'authorization-token', kind, times: 'always' });
      await assert.rejects(ecr.authorizationToken(never), failsAs(code));
    });
});
