import assert from 'node:assert/strict';
import { systemClock } from '../../tasks/EcrPrivatePush/src/clock.js';
import { TaskFailure, type FailureCode } from '../../tasks/EcrPrivatePush/src/failure.js';
import {
  parseRepositoryName,
  parseTag,
  type Parsed,
} from '../../tasks/EcrPrivatePush/src/image-reference.js';
import { checkPushPermission } from '../../tasks/EcrPrivatePush/src/registry/check-push-permission.js';
import { describeManifest } from '../../tasks/EcrPrivatePush/src/registry/manifest-content.js';
import {
  manifestDigest,
  putManifest,
  readManifest,
} from '../../tasks/EcrPrivatePush/src/registry/manifest.js';
import { putImagePace, putTags } from '../../tasks/EcrPrivatePush/src/registry/put-tags.js';
import { connectRegistry, type Registry } from '../../tasks/EcrPrivatePush/src/registry/transport.js';
import { verifyTags } from '../../tasks/EcrPrivatePush/src/registry/verify-tags.js';
import type { RegistryTokens } from '../../tasks/EcrPrivatePush/src/registry-credentials.js';
import { runPolicy } from '../../tasks/EcrPrivatePush/src/run.js';
import { Secret } from '../../tasks/EcrPrivatePush/src/secret.js';
import type { Fault, FaultKind } from '../lab/ecr/faults.js';
import { startLabEcr, type LabEcr } from '../lab/ecr/lab-ecr.js';
import { seedImage } from '../lab/ecr/seed-image.js';

const never = new AbortController().signal;
const name = valid(parseRepositoryName('team/app'));
const tag = (text: string) => valid(parseTag(text));
const { registryRetry } = runPolicy;
const fastRetry = {
  ...registryRetry,
  firstDelay: registryRetry.firstDelay / 1000,
  maxDelay: registryRetry.maxDelay / 1000,
};

function valid<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(parsed.rule);
  return parsed.value;
}

/** Tokens as the lab's own API would give them. */
function labTokens(lab: LabEcr): RegistryTokens {
  const issue = () => {
    const password = Buffer.from(lab.issueToken().authorizationToken, 'base64')
      .toString()
      .slice('AWS:'.length);
    return { username: 'AWS', password: new Secret(password) };
  };
  let held = issue();
  return {
    current: () => Promise.resolve(held),
    renew: () => Promise.resolve((held = issue())),
  };
}

function connect(lab: LabEcr, requestTimeout = 10_000, causes: string[] = []): Registry {
  return connectRegistry({
    endpoint: { scheme: 'http', host: lab.host },
    tokens: labTokens(lab),
    fetch: globalThis.fetch,
    clock: systemClock,
    retry: fastRetry,
    onRetry: (notice) => causes.push(notice.cause),
    requestTimeout,
  });
}

interface Step {
  readonly on: Fault['on'];
  readonly run: (registry: Registry) => Promise<unknown>;
}
const steps: readonly Step[] = [
  { on: 'upload-start', run: (registry) => checkPushPermission(registry, name, never) },
  { on: 'manifest-head', run: (registry) => manifestDigest(registry, name, tag('base'), never) },
  { on: 'manifest-get', run: (registry) => readManifest(registry, name, tag('base'), never) },
  {
    on: 'manifest-put',
    run: async (registry) => {
      const manifest = await readManifest(registry, name, tag('base'), never);
      await putManifest(registry, name, tag('next'), manifest, never);
    },
  },
];
const passing: readonly FaultKind[] = ['429', '500', '503', 'reset', 'eof', 'stall', 'token-expired'];
const lasting: readonly (readonly [FaultKind, FailureCode])[] = [
  ['429', 'EPP504'],
  ['500', 'EPP504'],
  ['503', 'EPP504'],
  ['reset', 'EPP504'],
  ['eof', 'EPP504'],
  ['stall', 'EPP504'],
  ['token-expired', 'EPP502'],
  ['denied-with-text', 'EPP502'],
  ['denied-empty', 'EPP502'],
];

/** Milliseconds. */
function patience(kind: FaultKind): number {
  return kind === 'stall' ? 100 : 10_000;
}

/** A refusal is final, but for one new token where it is, or may be, the token's fault. */
function tries(on: Step['on'], kind: FaultKind, code: FailureCode): number {
  if (code === 'EPP504') return fastRetry.attempts;
  return kind === 'token-expired' || on === 'manifest-head' ? 2 : 1;
}

describe("registry/ against the lab's ECR", () => {
  let lab: LabEcr;
  beforeEach(async () => {
    lab = await startLabEcr();
    await seedImage(lab, name, 'base', { files: { hello: { content: 'hello\n' } } });
  });
  afterEach(() => lab.close());

  for (const { on, run } of steps) {
    for (const kind of passing)
      it(`${on}: gets over one ${kind}`, async () => {
        const fault = lab.faults.add({ on, kind, times: 1 });
        await run(connect(lab, patience(kind)));
        assert.equal(fault.used, 1);
      });

    for (const [kind, code] of lasting)
      it(`${on}: ends a lasting ${kind} as ${code}`, async () => {
        const fault = lab.faults.add({ on, kind, times: 'always' });
        await assert.rejects(run(connect(lab, patience(kind))), (error: unknown) => {
          assert.ok(error instanceof TaskFailure, String(error));
          assert.equal(error.code, code);
          return true;
        });
        assert.equal(fault.used, tries(on, kind, code));
      });
  }

  it('proves the permission and leaves no upload behind', async () => {
    await checkPushPermission(connect(lab), name, never);
    for (let turn = 0; lab.openUploads > 0 && turn < 1000; turn++) await new Promise(setImmediate);
    assert.equal(lab.openUploads, 0);
  });

  it('names a repository that does not exist', async () => {
    const missing = valid(parseRepositoryName('team/missing'));
    await assert.rejects(checkPushPermission(connect(lab), missing, never), (error: unknown) => {
      assert.ok(error instanceof TaskFailure);
      return error.code === 'EPP501' && error.what.includes('team/missing');
    });
  });

  it('names the permission that is missing', async () => {
    lab.principal.deny('ecr:InitiateLayerUpload');
    await assert.rejects(checkPushPermission(connect(lab), name, never), (error: unknown) => {
      assert.ok(error instanceof TaskFailure);
      return error.code === 'EPP502' && error.what.includes('ecr:InitiateLayerUpload is missing');
    });
  });

  it('reads what was pushed, puts it under many tags and verifies them', async () => {
    const registry = connect(lab);
    const manifest = await readManifest(registry, name, tag('base'), never);
    const content = describeManifest(manifest.bytes, manifest.mediaType);
    assert.equal(content.kind === 'image' && content.layers.length, 1);
    const tags = Array.from({ length: 10 }, (_, index) => tag(`t${index}`));
    const pace = { ...putImagePace, interval: 0 };
    await putTags({ registry, name, tags, manifest, clock: systemClock, pace, signal: never });
    await verifyTags(registry, name, tags, manifest.digest, never);
    assert.equal(lab.repository(name).tags().get('t9'), manifest.digest);
  });

  it('knows an immutable tag that holds the image already from one that holds another', async () => {
    const registry = connect(lab);
    lab.createRepository('team/fixed', { immutable: true });
    const fixed = valid(parseRepositoryName('team/fixed'));
    await seedImage(lab, fixed, '1', { files: { hello: { content: 'hello\n' } } });
    await seedImage(lab, fixed, '2', { files: { hello: { content: 'other\n' } } });
    const manifest = await readManifest(registry, fixed, tag('1'), never);
    assert.equal((await putManifest(registry, fixed, tag('1'), manifest, never)).digest, manifest.digest);
    await assert.rejects(putManifest(registry, fixed, tag('2'), manifest, never), (error: unknown) => {
      assert.ok(error instanceof TaskFailure);
      return error.code === 'EPP503';
    });
  });

  it("does not meet ECR's throttle at its own pace", async () => {
    lab.limits.putImagePerSecond = 10;
    const causes: string[] = [];
    const registry = connect(lab, undefined, causes);
    const manifest = await readManifest(registry, name, tag('base'), never);
    const tags = Array.from({ length: 12 }, (_, index) => tag(`t${index}`));
    await putTags({ registry, name, tags, manifest, clock: systemClock, pace: putImagePace, signal: never });
    assert.deepEqual(causes, []);
  });
});
