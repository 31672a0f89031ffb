import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly version: string;
  readonly public: boolean;
  readonly galleryFlags: readonly string[];
  readonly categories: readonly string[];
  readonly icons: { readonly default: string };
  readonly content: Readonly<Record<string, { readonly path: string }>>;
  readonly files: readonly { readonly path: string }[];
  readonly contributions: readonly {
    readonly type: string;
    readonly properties: { readonly name: string };
  }[];
}

describe("the extension's manifest", () => {
  // Written by hand in this repository; a field that is missing fails its test.
  const manifest = JSON.parse(readFileSync('vss-extension.json', 'utf8')) as Manifest;
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };

  it('is private', () => {
    assert.equal(manifest.public, false);
    assert.deepEqual(manifest.galleryFlags, ['Private']);
  });

  it('stands under Azure Pipelines', () => {
    assert.deepEqual(manifest.categories, ['Azure Pipelines']);
  });

  it('has the version of package.json', () => {
    assert.equal(manifest.version, version);
  });

  it('names files that are in what is packed', () => {
    const paths = [manifest.icons.default, ...Object.values(manifest.content).map(({ path }) => path)];
    const sources = [...paths, ...manifest.files.map(({ path }) => path)];
    assert.deepEqual(
      sources.filter((path) => !existsSync(join('dist', 'extension', path))),
      [],
    );
  });

  it('contributes the task whose folder it packs', () => {
    assert.deepEqual(
      manifest.contributions.map(({ type, properties }) => [type, properties.name]),
      [['ms.vss-distributed-task.task', 'tasks/EcrPrivatePush']],
    );
    assert.ok(manifest.files.some(({ path }) => path === 'tasks/EcrPrivatePush'));
  });
});
