import assert from 'node:assert/strict';
import { connectEcr, type Ecr } from '../../../tasks/EcrPrivatePush/src/aws/ecr.js';
import { parseRegion } from '../../../tasks/EcrPrivatePush/src/aws/region.js';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { scriptedServer, type Turn } from '../registry/scripted-server.js';
import { repositoryName, valid } from '../registry/twin.js';

const never = new AbortController().signal;
const region = valid(parseRegion('ap-northeast-1'));
const connect = (origin: string) =>
  connectEcr({ region, endpoint: new URL(origin), environment: process.env });

/** An answer as ECR's AWS JSON 1.1 protocol has it. */
function json(status: number, body: object): Turn {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) };
}
const refusal = (type: string, message: string) => json(400, { __type: type, message });

const token = json(200, {
  authorizationData: [
    {
      authorizationToken: Buffer.from('AWS:password').toString('base64'),
      expiresAt: 1_800_000_000,
      proxyEndpoint: 'https://123456789012.dkr.ecr.ap-northeast-1.amazonaws.com',
    },
  ],
});
const repository = {
  repositoryUri: '123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/team/app',
  repositoryArn: 'arn:aws:ecr:ap-northeast-1:123456789012:repository/team/app',
  registryId: '123456789012',
  imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
};
const getToken = (ecr: Ecr) => ecr.authorizationToken(never);
const describeIt = (ecr: Ecr) => ecr.describeRepository(repositoryName, undefined, never);

/** The SDK reads its credentials from the process's own environment, and from nowhere else here. */
const sdkEnvironment: NodeJS.ProcessEnv = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMIEXAMPLEKEY',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
};

describe('connectEcr, through the real SDK', () => {
  const before_ = { ...process.env };
  beforeEach(() => {
    Object.assign(process.env, sdkEnvironment);
  });
  after(() => {
    process.env = before_;
  });

  it('gets a token', async () => {
    await using server = await scriptedServer([token]);
    const got = await getToken(await connect(server.origin));
    assert.equal(got.credentials.password.reveal(), 'password');
    assert.equal(got.expiresAt, 1_800_000_000_000);
    assert.match(server.requests[0]?.headers['user-agent'] ?? '', /EcrPrivatePush/);
  });

  it('describes a repository of the account that was chosen', async () => {
    await using server = await scriptedServer([json(200, { repositories: [repository] })]);
    const described = await describeIt(await connect(server.origin));
    assert.deepEqual(described, {
      kind: 'described',
      uri: repository.repositoryUri,
      arn: repository.repositoryArn,
      registryId: repository.registryId,
      tagMutability: repository.imageTagMutability,
    });
    assert.deepEqual(JSON.parse(String(server.requests[0]?.body)), { repositoryNames: ['team/app'] });
  });

  it('does not mind a role that may not describe', async () => {
    await using server = await scriptedServer([refusal('AccessDeniedException', 'not authorized')]);
    assert.deepEqual(await describeIt(await connect(server.origin)), {
      kind: 'not-readable',
      reason: 'not authorized',
    });
  });

  it('tries again after a 500', async () => {
    await using server = await scriptedServer([json(500, { __type: 'ServerException' }), token]);
    await getToken(await connect(server.origin));
    assert.equal(server.requests.length, 2);
  });

  const failures: readonly [string, (ecr: Ecr) => Promise<unknown>, Turn, string, RegExp][] = [
    [
      'a missing repository',
      describeIt,
      refusal(
        'RepositoryNotFoundException',
        "The repository with name 'team/app' does not exist in the registry with id '123456789012'",
      ),
      'EPP501',
      /account 123456789012, region ap-northeast-1[^]*create-repository --region ap-northeast-1 --repository-name team\/app/,
    ],
    [
      'a denied token',
      getToken,
      refusal('AccessDeniedException', 'User: x is not authorized to perform: ecr:GetAuthorizationToken'),
      'EPP204',
      /ecr:GetAuthorizationToken/,
    ],
    [
      'an unknown key',
      getToken,
      refusal('UnrecognizedClientException', 'The security token included in the request is invalid.'),
      'EPP203',
      /security token/,
    ],
    [
      'a wrong signature',
      getToken,
      refusal('InvalidSignatureException', 'The request signature we calculated does not match'),
      'EPP203',
      /signature/,
    ],
    ['an empty answer', getToken, json(200, {}), 'EPP205', /authorizationToken/],
    ['an answer without a repository', describeIt, json(200, {}), 'EPP205', /DescribeRepositories/],
  ];
  for (const [name, ask, turn, code, says] of failures)
    it(`reads ${name} as ${code}`, async () => {
      await using server = await scriptedServer([turn]);
      await assert.rejects(ask(await connect(server.origin)), (error: unknown) => {
        assert.ok(error instanceof TaskFailure, String(error));
        assert.equal(error.code, code);
        assert.match(error.lines().join('\n'), says);
        return true;
      });
    });

  it('reads a lasting 500 as EPP205, with the number of attempts', async () => {
    await using server = await scriptedServer(() => json(500, { __type: 'ServerException' }));
    await assert.rejects(getToken(await connect(server.origin)), (error: unknown) => {
      assert.ok(error instanceof TaskFailure);
      return error.code === 'EPP205' && error.why.includes(`after ${server.requests.length} attempts`);
    });
  });

  it('reads a closed port as EPP301', async () => {
    const server = await scriptedServer([]);
    await server[Symbol.asyncDispose]();
    await assert.rejects(getToken(await connect(server.origin)), (error: unknown) => {
      assert.ok(error instanceof TaskFailure);
      return error.code === 'EPP301' && error.why.includes('ECONNREFUSED');
    });
  });

  it('reads a chain without credentials as EPP201', async () => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    await using server = await scriptedServer([token]);
    await assert.rejects(getToken(await connect(server.origin)), (error: unknown) => {
      assert.ok(error instanceof TaskFailure);
      return error.code === 'EPP201';
    });
    assert.deepEqual(server.requests, []);
  });

  it('ends at once with the reason of an abort', async () => {
    await using server = await scriptedServer(['stall']);
    const cancel = new AbortController();
    const asked = (await connect(server.origin)).authorizationToken(cancel.signal);
    setTimeout(() => {
      cancel.abort(new Error('cancelled'));
    }, 20);
    await assert.rejects(asked, /^Error: cancelled$/);
  });

  it("keeps the SDK's warning of the Node version out of the log", async () => {
    delete process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'];
    await connect('https://ecr.example');
    assert.equal(process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'], 'true');
  });
});
