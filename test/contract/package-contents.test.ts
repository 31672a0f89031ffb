import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { openPromise } from 'yauzl';
import { bundledPackages } from '../../scripts/third-party-notices.js';

/** The packages that the bundle may hold. A new one is a decision: size, licence, and who keeps it. */
const allowedPackages = new Set([
  '@aws-sdk/client-ecr',
  '@aws-sdk/core',
  '@aws-sdk/credential-provider-env',
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-node',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/ec2-metadata-service',
  '@aws-sdk/nested-clients',
  '@aws-sdk/signature-v4-multi-region',
  '@aws-sdk/token-providers',
  '@aws-sdk/xml-builder',
  '@aws/lambda-invoke-store',
  '@balena/dockerignore',
  '@protobufjs/aspromise',
  '@protobufjs/base64',
  '@protobufjs/eventemitter',
  '@protobufjs/float',
  '@protobufjs/inquire',
  '@protobufjs/pool',
  '@protobufjs/utf8',
  '@smithy/core',
  '@smithy/credential-provider-imds',
  '@smithy/node-http-handler',
  '@smithy/signature-v4',
  '@smithy/types',
  'azure-pipelines-task-lib',
  'b4a',
  'balanced-match',
  'brace-expansion',
  'concat-map',
  'docker-modem',
  'dockerode',
  'events-universal',
  'fast-fifo',
  'inherits',
  'long',
  'minimatch',
  'protobufjs',
  'q',
  'readable-stream',
  'safe-buffer',
  'semver',
  'split-ca',
  'streamx',
  'string_decoder',
  'tar-stream',
  'text-decoder',
  'util-deprecate',
]);

describe('the package', () => {
  const file = join('dist', readdirSync('dist').find((name) => name.endsWith('.vsix')) ?? 'no package');
  const bundle = 'dist/extension/tasks/EcrPrivatePush/index.js';

  it('holds the task, the pictures, the overview, the licence, the notices, and nothing else', async () => {
    const names: string[] = [];
    for await (const { fileName } of (await openPromise(file)).eachEntry())
      if (!fileName.endsWith('/')) names.push(fileName);
    assert.deepEqual(names.toSorted(), [
      'LICENSE',
      'THIRD-PARTY-NOTICES.txt',
      '[Content_Types].xml',
      'docs/overview.md',
      'extension.vsixmanifest',
      'extension.vsomanifest',
      'images/flow.png',
      'images/icon.png',
      'tasks/EcrPrivatePush/icon.png',
      'tasks/EcrPrivatePush/index.js',
      'tasks/EcrPrivatePush/task.json',
    ]);
  });

  it('is at most 1.5 MB', () => {
    assert.ok(statSync(file).size <= 1_500_000, `${String(statSync(file).size)} bytes`);
  });

  it('has the version of package.json in its task', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
    const task = JSON.parse(readFileSync('dist/extension/tasks/EcrPrivatePush/task.json', 'utf8')) as {
      readonly version: { readonly Major: number; readonly Minor: number; readonly Patch: number };
    };
    const { Major, Minor, Patch } = task.version;
    assert.equal([Major, Minor, Patch].join('.'), version);
  });

  describe('with its bundle', () => {
    // esbuild's own report on what it wrote, kept by scripts/package.ts.
    const metafile = JSON.parse(readFileSync('build/bundle-contents.json', 'utf8')) as Metafile;

    it('holds only packages that were decided on', async () => {
      const names = (await bundledPackages(metafile)).map(({ name }) => name);
      assert.deepEqual(
        names.filter((name) => !allowedPackages.has(name)),
        [],
      );
    });

    it('holds no native code', () => {
      assert.deepEqual(
        Object.keys(metafile.inputs).filter((path) => path.endsWith('.node')),
        [],
      );
    });

    it('asks at run time for nothing but what Node has', () => {
      const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
      assert.deepEqual(
        imports.filter(({ path }) => !isBuiltin(path)),
        [],
      );
    });

    it('ships no source map', () => {
      assert.doesNotMatch(readFileSync(bundle, 'utf8'), /^\/\/# sourceMappingURL=/m);
    });

    it('names every package in the notices', async () => {
      const notices = readFileSync('dist/extension/THIRD-PARTY-NOTICES.txt', 'utf8').split('\n');
      const packages = (await bundledPackages(metafile)).map(({ name, version }) => `${name}@${version}`);
      assert.deepEqual(
        packages.filter((name) => !notices.includes(name)),
        [],
      );
    });
  });
});
