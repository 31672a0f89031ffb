import assert from 'node:assert/strict';
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  ECRServiceException,
  GetAuthorizationTokenCommand,
  ListImagesCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { systemClock } from '../../tasks/EcrPrivatePush/src/clock.js';
import type { FaultKind } from '../lab/ecr/faults.js';
import { startLabEcr, type LabEcr } from '../lab/ecr/lab-ecr.js';
import { seedImage } from '../lab/ecr/seed-image.js';

describe("the lab's ECR API, called with the AWS SDK", () => {
  let lab: LabEcr;
  let client: ECRClient;

  function clientOf(options: { readonly secret?: string; readonly keyId?: string } = {}): ECRClient {
    const { accessKeyId, secretAccessKey } = lab.accessKey;
    return new ECRClient({
      region: lab.region,
      endpoint: lab.url,
      maxAttempts: 1,
      credentials: {
        accessKeyId: options.keyId ?? accessKeyId,
        secretAccessKey: options.secret ?? secretAccessKey,
      },
    });
  }

  beforeEach(async () => {
    lab = await startLabEcr();
    client = clientOf();
  });
  afterEach(async () => {
    client.destroy();
    await lab.close();
  });

  it('GetAuthorizationToken gives a token that the registry takes', async () => {
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
    const data = authorizationData?.[0];
    assert.equal(data?.proxyEndpoint, lab.url);
    assert.ok(data.expiresAt instanceof Date);
    const headers = { authorization: `Basic ${data.authorizationToken ?? ''}` };
    assert.equal((await fetch(`${lab.url}/v2/`, { headers })).status, 200);
  });

  it('CreateRepository, then DescribeRepositories tells all of it', async () => {
    await client.send(
      new CreateRepositoryCommand({
        repositoryName: 'team/app',
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
      }),
    );
    const { repositories } = await client.send(
      new DescribeRepositoriesCommand({ repositoryNames: ['team/app'] }),
    );
    const [{ createdAt, ...repository } = {}] = repositories ?? [];
    assert.ok(createdAt instanceof Date);
    assert.deepEqual(repository, {
      repositoryArn: 'arn:aws:ecr:ap-northeast-1:123456789012:repository/team/app',
      registryId: '123456789012',
      repositoryName: 'team/app',
      repositoryUri: `${lab.host}/team/app`,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    });
  });

  it('DescribeRepositories goes by pages', async () => {
    for (const name of ['aa', 'bb', 'cc']) lab.createRepository(name);
    const first = await client.send(new DescribeRepositoriesCommand({ maxResults: 2 }));
    const nextToken = first.nextToken ?? '';
    const second = await client.send(new DescribeRepositoriesCommand({ maxResults: 2, nextToken }));
    const names = [first, second].map((page) => page.repositories?.map((each) => each.repositoryName));
    assert.deepEqual(names, [['aa', 'bb'], ['cc']]);
    assert.equal(second.nextToken, undefined);
  });

  it('names what is wrong with a repository', async () => {
    lab.createRepository('team/app');
    await seedImage(lab, 'team/app', 'v1', { files: { file: { content: 'a' } } });
    const repositoryName = 'team/app';
    await assert.rejects(client.send(new DescribeRepositoriesCommand({ repositoryNames: ['team/no'] })), {
      name: 'RepositoryNotFoundException',
      message: "The repository with name 'team/no' does not exist in the registry with id '123456789012'",
    });
    await assert.rejects(
      client.send(
        new DescribeRepositoriesCommand({ registryId: '210987654321', repositoryNames: ['team/app'] }),
      ),
      { name: 'RepositoryNotFoundException' },
    );
    await assert.rejects(client.send(new CreateRepositoryCommand({ repositoryName })), {
      name: 'RepositoryAlreadyExistsException',
    });
    await assert.rejects(client.send(new CreateRepositoryCommand({ repositoryName: 'Team' })), {
      name: 'InvalidParameterException',
    });
    await assert.rejects(client.send(new DeleteRepositoryCommand({ repositoryName })), {
      name: 'RepositoryNotEmptyException',
    });
    await client.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
    assert.equal(lab.hasRepository('team/app'), false);
  });

  it('reads, tags and deletes an image', async () => {
    const repositoryName = 'team/app';
    const { digest } = await seedImage(lab, repositoryName, 'v1', { files: { file: { content: 'a' } } });
    const imageIds = [{ imageTag: 'v1' }, { imageTag: 'v9' }];
    const { images = [], failures } = await client.send(
      new BatchGetImageCommand({ repositoryName, imageIds }),
    );
    assert.deepEqual(
      failures?.map((failure) => failure.failureCode),
      ['ImageNotFound'],
    );
    const { imageManifest, imageManifestMediaType } = images[0] ?? {};
    const again = { repositoryName, imageManifest, imageManifestMediaType };
    await client.send(new PutImageCommand({ ...again, imageTag: 'v2' }));
    await assert.rejects(client.send(new PutImageCommand({ ...again, imageTag: 'v2' })), {
      name: 'ImageAlreadyExistsException',
    });

    const listed = await client.send(new ListImagesCommand({ repositoryName }));
    assert.deepEqual(listed.imageIds, [
      { imageDigest: digest, imageTag: 'v1' },
      { imageDigest: digest, imageTag: 'v2' },
    ]);
    const described = await client.send(new DescribeImagesCommand({ repositoryName }));
    assert.deepEqual(described.imageDetails?.[0]?.imageTags, ['v1', 'v2']);
    await assert.rejects(
      client.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'v9' }] })),
      {
        name: 'ImageNotFoundException',
      },
    );

    await client.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }));
    assert.deepEqual([...lab.repository(repositoryName).tags()], [['v2', digest]]);
    await client.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }));
    assert.equal(lab.repository(repositoryName).manifest(digest), undefined);
  });

  it('PutImage refuses a missing layer and an immutable tag', async () => {
    lab.createRepository('team/fixed', { immutable: true });
    const first = await seedImage(lab, 'team/fixed', 'v1', { files: { file: { content: 'a' } } });
    const second = await seedImage(lab, 'team/fixed', 'v2', { files: { file: { content: 'b' } } });
    const manifest = lab.repository('team/fixed').manifest(second.digest);
    const put = { imageManifest: manifest?.body.toString(), imageManifestMediaType: manifest?.mediaType };
    await assert.rejects(
      client.send(new PutImageCommand({ ...put, repositoryName: 'team/fixed', imageTag: 'v1' })),
      {
        name: 'ImageTagAlreadyExistsException',
        message: /cannot be overwritten because the tag is immutable/,
      },
    );
    lab.createRepository('team/other');
    await assert.rejects(client.send(new PutImageCommand({ ...put, repositoryName: 'team/other' })), {
      name: 'LayersNotFoundException',
    });
    assert.equal(lab.repository('team/fixed').tags().get('v1'), first.digest);
  });

  it('refuses an unknown key', async () => {
    await assert.rejects(clientOf({ keyId: 'AKIAOTHER' }).send(new GetAuthorizationTokenCommand({})), {
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    });
  });

  it('refuses a wrong secret', async () => {
    await assert.rejects(clientOf({ secret: 'other' }).send(new GetAuthorizationTokenCommand({})), {
      name: 'InvalidSignatureException',
    });
  });

  it('refuses a signature that is old by its own clock', async () => {
    await lab.close();
    lab = await startLabEcr({ clock: { ...systemClock, now: () => Date.now() + 600_000 } });
    await assert.rejects(clientOf().send(new GetAuthorizationTokenCommand({})), {
      name: 'InvalidSignatureException',
      message: /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z/,
    });
  });

  it('asks for a signature unless told otherwise', async () => {
    const headers = { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken' };
    const unsigned = { method: 'POST', headers, body: '{}' };
    const response = await fetch(lab.url, unsigned);
    assert.equal(response.headers.get('x-amzn-errortype'), 'MissingAuthenticationTokenException');
    await lab.close();
    lab = await startLabEcr({ requireSignature: false });
    assert.equal((await fetch(lab.url, unsigned)).status, 200);
  });

  it('obeys a denied action', async () => {
    lab.principal.deny('ecr:GetAuthorizationToken');
    await assert.rejects(client.send(new GetAuthorizationTokenCommand({})), {
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:iam::123456789012:user/lab-agent is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action',
    });
  });

  describe('faults', () => {
    const cases: readonly (readonly [FaultKind, string | RegExp])[] = [
      ['429', 'ThrottlingException'],
      ['500', 'ServerException'],
      ['503', 'ServiceUnavailableException'],
      ['denied-with-text', 'AccessDeniedException'],
      ['token-expired', 'ExpiredTokenException'],
    ];
    for (const [kind, name] of cases)
      it(`${kind} is ${String(name)}`, async () => {
        lab.faults.add({ on: 'authorization-token', kind, times: 1 });
        await assert.rejects(client.send(new GetAuthorizationTokenCommand({})), { name });
      });

    it('denied-empty is a 403 that says nothing', async () => {
      lab.faults.add({ on: 'authorization-token', kind: 'denied-empty', times: 1 });
      await assert.rejects(client.send(new GetAuthorizationTokenCommand({})), (error: unknown) => {
        assert.ok(error instanceof ECRServiceException);
        assert.equal(error.$metadata.httpStatusCode, 403);
        return true;
      });
    });

    for (const kind of ['reset', 'eof'] as const)
      it(`${kind} fails the call`, async () => {
        lab.faults.add({ on: 'describe-repositories', kind, times: 1 });
        await assert.rejects(client.send(new DescribeRepositoriesCommand({})), { code: 'ECONNRESET' });
      });

    it('a stalled call ends by its signal', async () => {
      lab.faults.add({ on: 'authorization-token', kind: 'stall', times: 1 });
      const abort = new AbortController();
      const call = client.send(new GetAuthorizationTokenCommand({}), { abortSignal: abort.signal });
      while (lab.faults.used.length === 0) await new Promise(setImmediate);
      abort.abort();
      await assert.rejects(call, { name: 'AbortError' });
    });
  });
});
