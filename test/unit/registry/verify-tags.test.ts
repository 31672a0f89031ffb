import assert from 'node:assert/strict';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { parseDigest } from '../../../tasks/EcrPrivatePush/src/image-reference.js';
import { verifyTags } from '../../../tasks/EcrPrivatePush/src/registry/verify-tags.js';
import { scriptedServer, type SeenRequest } from './scripted-server.js';
import { repositoryName, tag, twin, valid } from './twin.js';

const never = new AbortController().signal;
const pushed = valid(parseDigest(`sha256:${'1'.repeat(64)}`));
const other = `sha256:${'2'.repeat(64)}`;
const answers = (digests: Readonly<Record<string, string>>) => (request: SeenRequest) => {
  const digest = digests[request.url.slice(request.url.lastIndexOf('/') + 1)];
  return digest === undefined
    ? { status: 404 }
    : { status: 200, headers: { 'docker-content-digest': digest } };
};

describe('verifyTags', () => {
  it('is content when every tag holds the digest', async () => {
    await using server = await scriptedServer(answers({ a: pushed, b: pushed }));
    await verifyTags(twin(server.host).registry, repositoryName, [tag('a'), tag('b')], pushed, never);
    assert.equal(server.requests.length, 2);
  });

  it('lists each tag that does not, and what it holds', async () => {
    await using server = await scriptedServer(answers({ a: pushed, b: other }));
    const tags = [tag('a'), tag('b'), tag('c')];
    await assert.rejects(
      verifyTags(twin(server.host).registry, repositoryName, tags, pushed, never),
      (error: unknown) => {
        assert.ok(error instanceof TaskFailure);
        assert.equal(error.code, 'EPP505');
        assert.match(error.why, new RegExp(`: b holds ${other}; c holds nothing\\.$`));
        return true;
      },
    );
  });
});
