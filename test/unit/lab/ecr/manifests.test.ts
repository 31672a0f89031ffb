import assert from 'node:assert/strict';
import { systemClock } from '../../../../tasks/EcrPrivatePush/src/clock.js';
import type { RepositorySettings } from '../../../lab/ecr/store.js';
import { startLabEcr, type LabEcr } from '../../../lab/ecr/lab-ecr.js';
import { digestOf, errorIn, listType, manifestType, RegistrySession } from './registry-session.js';

const nowhere = `sha256:${'0'.repeat(64)}`;

describe('lab ecr: manifests', () => {
  let lab: LabEcr;
  let registry: RegistrySession;

  beforeEach(async () => {
    lab = await startLabEcr();
    lab.createRepository('team/app');
    registry = new RegistrySession(lab, 'team/app');
  });
  afterEach(() => lab.close());

  it('come back byte for byte, by tag and by digest', async () => {
    const manifest = JSON.stringify(await registry.imageManifest('a'), null, 3);
    const put = await registry.putManifest('v1', manifest);
    assert.equal(put.status, 201);
    assert.equal(put.headers.get('docker-content-digest'), digestOf(manifest));
    for (const reference of ['v1', digestOf(manifest)]) {
      const got = await registry.request('GET', `/manifests/${reference}`);
      assert.deepEqual([got.headers.get('content-type'), await got.text()], [manifestType, manifest]);
    }
  });

  it('HEAD tells the digest and the size', async () => {
    const manifest = await registry.imageManifest('a');
    await registry.putManifest('v1', manifest);
    const head = await registry.request('HEAD', '/manifests/v1');
    const text = JSON.stringify(manifest);
    assert.deepEqual(
      [head.status, head.headers.get('docker-content-digest'), head.headers.get('content-length')],
      [200, digestOf(text), String(text.length)],
    );
  });

  it('may go by digest, without a tag', async () => {
    const manifest = await registry.imageManifest('a');
    const digest = digestOf(JSON.stringify(manifest));
    assert.equal((await registry.putManifest(digest, manifest)).status, 201);
    assert.equal(lab.repository('team/app').tags().size, 0);
  });

  it('a list of pushed images is accepted', async () => {
    const digest = await registry.push('v1', 'a');
    const list = { schemaVersion: 2, mediaType: listType, manifests: [{ digest }] };
    assert.equal((await registry.putManifest('multi', list, listType)).status, 201);
  });

  it('a tag moves to the image that was pushed last', async () => {
    await registry.push('v1', 'a');
    const digest = await registry.push('v1', 'b');
    assert.equal(lab.repository('team/app').tags().get('v1'), digest);
  });

  describe('are refused', () => {
    const config = { digest: nowhere };
    const image = { schemaVersion: 2, mediaType: manifestType, config, layers: [] };
    const list = { schemaVersion: 2, mediaType: listType, manifests: [config] };
    const cases: readonly (readonly [string, string, unknown, string, number, string, RegExp])[] = [
      [
        'when a layer is missing',
        'v1',
        image,
        manifestType,
        400,
        'MANIFEST_BLOB_UNKNOWN',
        /^Layers with digests '\[sha256:0+\]' required for pushing image into repository with name 'team\/app' in the registry with id '123456789012' do not exist$/,
      ],
      [
        'when a listed image is missing',
        'v1',
        list,
        listType,
        400,
        'MANIFEST_BLOB_UNKNOWN',
        /^Images with digests/,
      ],
      ['when they are not JSON', 'v1', '{', manifestType, 405, 'UNSUPPORTED', /'Invalid JSON syntax'/],
      ['when they state another media type', 'v1', image, listType, 400, 'MANIFEST_INVALID', /media type/],
      [
        'under a digest that is not theirs',
        nowhere,
        '{"schemaVersion":2,"config":{"digest":"x"},"layers":[]}',
        manifestType,
        400,
        'DIGEST_INVALID',
        /calculated/,
      ],
      ['under what is no tag', '-v1', image, manifestType, 400, 'TAG_INVALID', /imageTag/],
    ];
    for (const [what, reference, manifest, type, status, code, message] of cases)
      it(what, async () => {
        const response = await registry.putManifest(reference, manifest, type);
        const error = await errorIn(response);
        assert.deepEqual([response.status, error.code], [status, code]);
        assert.match(error.message, message);
      });
  });

  it('404 for one that is not there', async () => {
    const response = await registry.request('GET', '/manifests/v9');
    assert.deepEqual([response.status, (await errorIn(response)).code], [404, 'MANIFEST_UNKNOWN']);
  });

  it('cannot be deleted through the registry', async () => {
    const digest = await registry.push('v1', 'a');
    const response = await registry.request('DELETE', `/manifests/${digest}`);
    assert.deepEqual([response.status, (await errorIn(response)).code], [405, 'UNSUPPORTED']);
  });

  describe('under an immutable tag', () => {
    beforeEach(async () => {
      lab.createRepository('team/fixed', { immutable: true });
      registry = new RegistrySession(lab, 'team/fixed');
      await registry.push('v1', 'a');
    });

    it('another image is refused', async () => {
      const response = await registry.putManifest('v1', await registry.imageManifest('b'));
      assert.equal(response.status, 400);
      assert.deepEqual(await errorIn(response), {
        code: 'TAG_INVALID',
        message:
          "The image tag 'v1' already exists in the 'team/fixed' repository and cannot be overwritten because the tag is immutable.",
      });
    });

    it('the same image is accepted again', async () => {
      assert.equal((await registry.putManifest('v1', await registry.imageManifest('a'))).status, 201);
    });
  });

  describe('a second push of another image under a tag', () => {
    const cases: readonly (readonly [RepositorySettings['mutability'], string, boolean])[] = [
      ['MUTABLE', 'dev-1', true],
      ['IMMUTABLE', 'dev-1', false],
      ['IMMUTABLE_WITH_EXCLUSION', 'dev-1', true],
      ['IMMUTABLE_WITH_EXCLUSION', 'v1', false],
      ['MUTABLE_WITH_EXCLUSION', 'dev-1', false],
      ['MUTABLE_WITH_EXCLUSION', 'v1', true],
    ];
    for (const [mutability, tag, allowed] of cases)
      it(`${mutability}, filter dev-*, tag ${tag}: ${allowed ? 'accepted' : 'refused'}`, async () => {
        lab.createRepository('team/kind', { mutability, exclusionFilters: ['dev-*'] });
        registry = new RegistrySession(lab, 'team/kind');
        await registry.push(tag, 'a');
        const response = await registry.putManifest(tag, await registry.imageManifest('b'));
        assert.equal(response.status, allowed ? 201 : 400);
      });
  });

  it('come no faster than the rate that is set', async () => {
    await lab.close();
    lab = await startLabEcr({ clock: { ...systemClock, now: () => 0 } });
    lab.createRepository('team/app');
    registry = new RegistrySession(lab, 'team/app');
    const manifest = await registry.imageManifest('a');
    lab.limits.putImagePerSecond = 2;
    const statuses = await Promise.all(
      ['a', 'b', 'c'].map(async (tag) => (await registry.putManifest(tag, manifest)).status),
    );
    assert.deepEqual(statuses.sort(), [201, 201, 429]);
  });

  it('tags are listed in pages', async () => {
    const manifest = await registry.imageManifest('a');
    for (const tag of ['c', 'a', 'b']) await registry.putManifest(tag, manifest);
    const first = await registry.request('GET', '/tags/list?n=2');
    assert.deepEqual(await first.json(), { name: 'team/app', tags: ['a', 'b'] });
    const next = /<(?<path>[^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.groups?.['path'];
    const second = await registry.request('GET', `${lab.url}${next ?? ''}`);
    assert.deepEqual(await second.json(), { name: 'team/app', tags: ['c'] });
    assert.equal(second.headers.get('link'), null);
  });

  it('need the permission of their step', async () => {
    const manifest = await registry.imageManifest('a');
    lab.principal.deny('ecr:PutImage');
    const response = await registry.putManifest('v1', manifest);
    assert.equal(response.status, 403);
    assert.match((await errorIn(response)).message, /not authorized to perform: ecr:PutImage on resource/);
    lab.principal.allow('ecr:PutImage');
    assert.equal((await registry.putManifest('v1', manifest)).status, 201);
  });
});
