import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeBinary } from '../lab/agent/node-binaries.js';
import { runTask } from '../lab/agent/run-task.js';
import { unpackVsix } from '../lab/agent/unpack-vsix.js';
import { skipFor } from '../lab/skipped.js';

/** The agent runs the same file with the node of either handler. */
describe('the packaged task starts', function () {
  this.timeout(120_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'handlers-'));
    const [name = 'no package'] = (await readdir('dist')).filter((file) => file.endsWith('.vsix'));
    await unpackVsix(join('dist', name), folder);
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  for (const major of ['20', '24'] as const)
    it(`on Node ${major}`, async function () {
      const node = await nodeBinary(major).catch((error: unknown) =>
        skipFor(this, `No Node ${major} could be fetched: ${String(error)}.`),
      );
      const inputs = { repository: 'Not/A/Name', tags: 'not a tag' };
      const run = await runTask({
        extensionFolder: folder,
        task: 'EcrPrivatePush',
        inputs,
        sourcesFolder: folder,
        node,
      });
      assert.equal(run.result, 'Failed');
      assert.match(run.issues.map(({ message }) => message).join('\n'), /EPP101.*Not\/A\/Name.*not a tag/s);
    });
});
