import assert from 'node:assert/strict';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { describeManifest } from '../../../tasks/EcrPrivatePush/src/registry/manifest-content.js';

const digest = (character: string) => `sha256:${character.repeat(64)}`;
const image = 'application/vnd.oci.image.manifest.v1+json';
const index = 'application/vnd.oci.image.index.v1+json';
const layer = { digest: digest('b'), size: 7, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' };
const config = { digest: digest('a'), size: 2, mediaType: 'application/vnd.oci.image.config.v1+json' };
const describe_ = (content: unknown, type: string) =>
  describeManifest(Buffer.from(JSON.stringify(content)), type);

describe('describeManifest', () => {
  for (const type of [
    image,
    'application/vnd.docker.distribution.manifest.v2+json',
    `${image}; charset=utf-8`,
  ])
    it(`reads an image of type ${type}`, () => {
      const content = describe_({ schemaVersion: 2, config, layers: [layer] }, type);
      assert.deepEqual(content, { kind: 'image', configDigest: digest('a'), layers: [layer] });
    });

  for (const type of [index, 'application/vnd.docker.distribution.manifest.list.v2+json'])
    it(`reads an index of type ${type}`, () => {
      const entry = { digest: digest('c'), size: 9, mediaType: image };
      const manifests = [
        { ...entry, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
        entry,
      ];
      assert.deepEqual(describe_({ manifests }, type), {
        kind: 'index',
        manifests: [
          { ...entry, platform: 'linux/arm64/v8' },
          { ...entry, platform: undefined },
        ],
      });
    });

  const bad: readonly [string, unknown, string][] = [
    ['another type', {}, 'application/vnd.docker.distribution.manifest.v1+json'],
    ['a list', [], image],
    ['no config', { layers: [] }, image],
    ['no layers', { config }, image],
    ['a digest that is none', { config, layers: [{ ...layer, digest: 'sha256:1' }] }, image],
    ['a size that is none', { config, layers: [{ ...layer, size: -1 }] }, image],
    ['an index without manifests', {}, index],
  ];
  for (const [name, content, type] of bad)
    it(`refuses ${name}`, () => {
      assert.throws(() => describe_(content, type), TaskFailure);
    });

  it('refuses what is no JSON', () => {
    assert.throws(() => describeManifest(Buffer.from('<html>'), image), TaskFailure);
  });
});
