import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { nodeBinary } from '../lab/agent/node-binaries.js';
import type { TaskRun } from '../lab/agent/run-task.js';
import { openPackagedTask, type PackagedTask } from './packaged-task.js';

const busyboxCopy = [
  'ARG BASE',
  'FROM ${BASE}',
  'COPY hello.txt /hello.txt',
  'CMD ["/bin/busybox", "cat", "/hello.txt"]',
  '',
].join('\n');

describe('the packaged task', function () {
  this.timeout(120_000);
  let task: PackagedTask;

  before(async function () {
    task = await openPackagedTask(this);
    for (const name of ['team/app', 'team/other']) task.lab.createRepository(name);
    task.lab.createRepository('team/immutable', { immutable: true });
  });

  after(async () => {
    await task.close();
  });

  const sourcesSaying = (text: string): Promise<string> =>
    task.sources({ Dockerfile: busyboxCopy, 'hello.txt': `${text}\n` });
  const base = (): Record<string, string> => ({ buildArgs: `BASE=${task.base}` });

  function assertSucceeded(run: TaskRun): void {
    assert.equal(run.result, 'Succeeded', run.lines.join('\n'));
  }

  describe('builds from a private base image and pushes', () => {
    let run: TaskRun;

    before(async () => {
      const sourcesFolder = await sourcesSaying('hello from the private path');
      run = await task.run({
        sourcesFolder,
        inputs: { repository: 'team/app', tags: '1.4.2, latest\n$(Build.BuildId)', ...base() },
      });
    });

    it('and succeeds', () => {
      assertSucceeded(run);
    });

    it('with every tag on one digest', () => {
      const tags = task.lab.repository('team/app').tags();
      const digest = run.outputVariables['imageDigest'];
      assert.deepEqual(
        ['1.4.2', 'latest', '42'].map((tag) => tags.get(tag)),
        [digest, digest, digest],
      );
    });

    it('and sets the outputs', () => {
      const { imageDigest, ...others } = run.outputVariables;
      assert.match(imageDigest ?? '', /^sha256:[0-9a-f]{64}$/);
      assert.deepEqual(others, {
        imageUri: `${task.lab.host}/team/app:1.4.2`,
        imageRef: `${task.lab.host}/team/app@${imageDigest ?? ''}`,
        imageTags: '["1.4.2","latest","42"]',
      });
    });

    it('an image that another client can pull by digest and run', async () => {
      const reference = run.outputVariables['imageRef'] ?? '';
      const { authorizationToken } = task.lab.issueToken();
      const [username, password] = Buffer.from(authorizationToken, 'base64').toString().split(':');
      const pulling = await task.docker.pull(reference, {
        authconfig: { username, password, serveraddress: task.lab.host },
      });
      await text(pulling);
      const container = await task.docker.createContainer({
        Image: reference,
        HostConfig: { NetworkMode: 'none' },
      });
      const output = await container.attach({ stream: true, stdout: true, stderr: true });
      await container.start();
      await container.wait();
      const said = await text(output);
      await container.remove();
      assert.match(said, /hello from the private path/);
    });

    it('and uploads a summary page with the image, its layers and the pull by digest', () => {
      const [page] = run.summaries;
      assert.ok(page !== undefined && page.includes(`docker pull ${run.outputVariables['imageRef'] ?? ''}`));
      assert.match(page, /base\/busybox:1\.35/);
      assert.equal(page.match(/\| (new|reused) \|/g)?.length, 2);
    });

    it('and closes with one line that says so', () => {
      assert.match(run.lines.join('\n'), /Pushed \S+@sha256:[0-9a-f]{64} \(3 tags: 1\.4\.2, latest, 42;/);
    });

    it('and shows the password to nobody', () => {
      assert.equal(run.secrets.length, 1);
      const [password] = run.secrets;
      const said = [
        ...run.rawLines.filter((line) => !line.startsWith('##vso[task.setsecret]')),
        ...run.summaries,
      ].join('\n');
      assert.ok(password !== undefined && password.length > 20 && !said.includes(password));
    });

    it('and leaves no temporary name on the image', async () => {
      const { RepoTags: names } = await task.docker.getImage(`${task.lab.host}/team/app:1.4.2`).inspect();
      assert.deepEqual(
        names.filter((name) => !name.startsWith(`${task.lab.host}/`)),
        [],
      );
    });
  });

  it('pushes in a second step what `command: build` built in a first', async () => {
    const sourcesFolder = await sourcesSaying('built first');
    const inputs = { repository: 'team/other', tags: 'two-steps' };
    // A build alone asks AWS for nothing: for the lab's host, which is no ECR name, the agent's client has credentials.
    const auth = Buffer.from(`AWS:${task.lab.issueToken().password}`).toString('base64');
    const config = await task.sources({
      'config.json': JSON.stringify({ auths: { [task.lab.host]: { auth } } }),
    });
    const environment = { DOCKER_CONFIG: config };
    const built = await task.run({
      sourcesFolder,
      inputs: { ...inputs, command: 'build', ...base() },
      environment,
    });
    assertSucceeded(built);
    assert.equal(built.outputVariables['imageUri'], 'team/other:two-steps');
    assert.ok(!task.lab.repository('team/other').tags().has('two-steps'));
    assertSucceeded(await task.run({ inputs: { ...inputs, command: 'push' } }));
    assert.ok(task.lab.repository('team/other').tags().has('two-steps'));
  });

  it('uploads nothing when the repository has every layer', async () => {
    const sourcesFolder = await sourcesSaying('the same again');
    const inputs = { repository: 'team/app', tags: 'again', ...base() };
    assertSucceeded(await task.run({ sourcesFolder, inputs }));
    const second = await task.run({ sourcesFolder, inputs });
    assertSucceeded(second);
    assert.match(second.lines.join('\n'), / 0 of 2 layers new\)/);
    assert.match(second.lines.join('\n'), /CACHED/);
  });

  it('succeeds on an immutable tag that holds this very image, and fails on one that holds another', async () => {
    const sourcesFolder = await sourcesSaying('once and for all');
    const inputs = { repository: 'team/immutable', tags: 'v1', ...base() };
    assertSucceeded(await task.run({ sourcesFolder, inputs }));
    assertSucceeded(await task.run({ sourcesFolder, inputs }));
    const other = await task.run({ sourcesFolder: await sourcesSaying('something else'), inputs });
    assert.equal(other.result, 'Failed');
    assert.match(other.lines.join('\n'), /EPP503: .*v1.*immutable/);
  });

  it('runs the same on the Node of the other handler', async () => {
    const node = await nodeBinary('24');
    const sourcesFolder = await sourcesSaying('from Node 24');
    const run = await task.run({
      node,
      sourcesFolder,
      inputs: { repository: 'team/app', tags: 'node-24', ...base() },
    });
    assertSucceeded(run);
    assert.equal(task.lab.repository('team/app').tags().get('node-24'), run.outputVariables['imageDigest']);
  });

  it("writes nothing to the agent's home or Docker configuration, and only the page to its temporary folder", async () => {
    const home = await task.sources({ '.docker/config.json': '{}' });
    const sourcesFolder = await sourcesSaying('nothing written');
    const environment = { HOME: home };
    const run = await task.run({ sourcesFolder, environment, inputs: { repository: 'team/app', ...base() } });
    assertSucceeded(run);
    assert.deepEqual(await readdir(home, { recursive: true }), ['.docker', '.docker/config.json']);
    assert.equal(await readFile(join(home, '.docker/config.json'), 'utf8'), '{}');
    assert.deepEqual(
      run.temporaryFiles.filter((name) => !/^(ecr-private-push-|\.taskkey$)/.test(name)),
      [],
    );
  });

  it('leaves an image without a name in the engine, though it takes its own names away', async () => {
    const tar = pack();
    tar.entry({ name: 'nameless' }, 'nameless');
    tar.finalize();
    const answer = await text(await task.docker.importImage(Readable.from(tar)));
    const id = /sha256:[0-9a-f]{64}/.exec(answer)?.[0] ?? '';
    const inputs = {
      command: 'push',
      repository: 'team/app',
      tags: 'nameless',
      sourceImage: id,
      removeImage: 'true',
    };
    assertSucceeded(await task.run({ inputs }));
    assert.equal((await task.docker.getImage(id).inspect()).Id, id);
    await task.docker.getImage(id).remove({ force: true });
  });

  it('removes its names from the engine when asked to', async () => {
    const sourcesFolder = await sourcesSaying('not to stay');
    assertSucceeded(
      await task.run({
        sourcesFolder,
        inputs: { repository: 'team/app', tags: 'gone', removeImage: 'true', ...base() },
      }),
    );
    await assert.rejects(task.docker.getImage(`${task.lab.host}/team/app:gone`).inspect(), {
      statusCode: 404,
    });
  });

  it('gives each of several jobs on one engine its own image, even under one tag', async () => {
    const runs = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (job) =>
        task.run({
          sourcesFolder: await sourcesSaying(`job ${job}`),
          inputs: { repository: 'team/other', tags: `shared,job-${job}`, ...base() },
        }),
      ),
    );
    const pushed = runs.filter(({ result }) => result === 'Succeeded');
    assert.ok(pushed.length > 0, runs.map(({ lines }) => lines.join('\n')).join('\n\n'));
    const tags = task.lab.repository('team/other').tags();
    const digests = ['a', 'b', 'c', 'd']
      .map((job) => tags.get(`job-${job}`))
      .filter((digest) => digest !== undefined);
    assert.equal(new Set(digests).size, digests.length);
    for (const failed of runs.filter(({ result }) => result !== 'Succeeded'))
      assert.match(failed.lines.join('\n'), /EPP50[57]/, 'a job may only lose the shared tag to another');
  });
});
