import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { openPackagedTask, type PackagedTask } from './packaged-task.js';

describe('a cancelled run', function () {
  this.timeout(60_000);
  let task: PackagedTask;

  before(async function () {
    task = await openPackagedTask(this);
    task.lab.createRepository('team/app');
  });

  after(async () => {
    await task.close();
  });

  it('during the build stops the build, ends on the first signal and leaves nothing behind', async () => {
    const Dockerfile =
      'ARG BASE\nFROM ${BASE}\nRUN ["/bin/busybox", "sh", "-c", "echo started; exec /bin/busybox sleep 3600.125"]\n';
    const run = await task.run({
      sourcesFolder: await task.sources({ Dockerfile }),
      inputs: { repository: 'team/app', buildArgs: `BASE=${task.base}` },
      cancelWhen: (line) => line.includes('started') && !line.includes('echo'),
    });
    assert.deepEqual(run.signals, ['SIGINT']);
    assert.match(run.lines.join('\n'), /EPP902/);
    assert.deepEqual(await temporaryNames(), []);
    await eventually(async () => !(await commandLines()).some((line) => line.includes('3600.125')));
    assert.equal(task.lab.openUploads, 0);
  });

  it('while the engine makes the image leaves no name behind, however late the engine gives it', async () => {
    const Dockerfile =
      'ARG BASE\nFROM ${BASE}\nRUN ["/bin/busybox", "sh", "-c", "busybox head -c 9000000 /dev/urandom > /x"]\n';
    const sourcesFolder = await task.sources({ Dockerfile });
    for (let run = 0; run < 8; run++)
      await task.run({
        sourcesFolder,
        inputs: { repository: 'team/app', noCache: 'true', buildArgs: `BASE=${task.base}` },
        cancelWhen: (line) => line === '##[endgroup]',
      });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.deepEqual(await temporaryNames(), []);
  });

  it('during the push ends on the first signal and puts the names back', async () => {
    const Dockerfile =
      'ARG BASE\nFROM ${BASE}\nRUN ["/bin/busybox", "sh", "-c", "head -c 1000 /dev/urandom > /x"]\n';
    // An engine sends a layer in a request of its own (graphdriver) or with the one that ends the upload.
    const faults = (['upload-data', 'upload-finish'] as const).map((on) =>
      task.lab.faults.add({ on, kind: 'stall', times: 'always' }),
    );
    const run = await task.run({
      sourcesFolder: await task.sources({ Dockerfile }),
      inputs: { repository: 'team/app', tags: 'never', buildArgs: `BASE=${task.base}` },
      cancelWhen: () => faults.some(({ used }) => used > 0),
    });
    for (const fault of faults) fault.remove();
    assert.deepEqual(run.signals, ['SIGINT']);
    assert.deepEqual(await temporaryNames(), []);
    await assert.rejects(task.docker.getImage(`${task.lab.host}/team/app:never`).inspect(), {
      statusCode: 404,
    });
    assert.ok(!task.lab.repository('team/app').tags().has('never'));
  });

  async function temporaryNames(): Promise<readonly string[]> {
    const images = await task.docker.listImages();
    return images
      .flatMap(({ RepoTags }) => RepoTags ?? [])
      .filter((name) => name.startsWith('ecr-private-push/'));
  }
});

async function commandLines(): Promise<readonly string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(processes.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
}

/** The engine ends the process within about 1.5 s of the end of the request (measured); ten times that is a fault. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail('the build was not stopped');
}
