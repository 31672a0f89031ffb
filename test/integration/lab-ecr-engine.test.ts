import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { pack } from 'tar-stream';
import { startLabEcr, type LabEcr } from '../lab/ecr/lab-ecr.js';
import { seedImage } from '../lab/ecr/seed-image.js';
import { requireEngine } from '../lab/engine/require-engine.js';

/** The Docker Engine is a client that we did not write: what it accepts is a registry. */
describe("the lab's registry, used by the Docker Engine", function () {
  this.timeout(60_000);
  let docker: Docker;
  let lab: LabEcr;

  before(function () {
    docker = clientOf(requireEngine(this).dockerHost);
  });
  beforeEach(async () => {
    lab = await startLabEcr();
    lab.createRepository('team/app');
  });
  afterEach(async () => {
    for (const image of await docker.listImages()) {
      const ours = [...(image.RepoTags ?? []), ...(image.RepoDigests ?? [])].filter((name) =>
        name.startsWith(`${lab.host}/`),
      );
      for (const name of ours) await docker.getImage(name).remove({ force: true }).catch(ignoreMissing);
    }
    await lab.close();
  });

  it('takes a push and gives the same image back by digest', async () => {
    await importImage('team/app', 'v1', 'first');
    const before = await docker.getImage(`${lab.host}/team/app:v1`).inspect();
    await push('team/app', 'v1');
    const digest = lab.repository('team/app').tags().get('v1') ?? '';
    await docker.getImage(`${lab.host}/team/app:v1`).remove({ force: true });
    await finished(await docker.pull(`${lab.host}/team/app@${digest}`, { authconfig: credentials() }));
    const after = await docker.getImage(`${lab.host}/team/app@${digest}`).inspect();
    assert.equal(after.Id, before.Id);
    assert.equal(lab.openUploads, 0);
  });

  it('uploads nothing twice', async () => {
    await importImage('team/app', 'v1', 'first');
    await push('team/app', 'v1');
    const { uploadsStarted } = { ...lab.repository('team/app').pushes };
    await docker.getImage(`${lab.host}/team/app:v1`).tag({ repo: `${lab.host}/team/app`, tag: 'v2' });
    await push('team/app', 'v2');
    assert.equal(lab.repository('team/app').pushes.uploadsStarted, uploadsStarted);
    assert.deepEqual([...lab.repository('team/app').tags().keys()], ['v1', 'v2']);
  });

  it('serves a seeded image', async () => {
    const files = { 'etc/motd': { content: 'hello' } };
    const seeded = await seedImage(lab, 'base/small', '1.0', { files, command: ['/bin/sh'] });
    await finished(await docker.pull(seeded.reference, { authconfig: credentials() }));
    const { Config } = await docker.getImage(seeded.reference).inspect();
    assert.deepEqual(Config.Cmd, ['/bin/sh']);
  });

  it('refuses a repository that does not exist', async () => {
    await importImage('team/none', 'v1', 'first');
    await assert.rejects(
      push('team/none', 'v1'),
      /The repository with name 'team\/none' does not exist in the registry/,
    );
  });

  it('refuses another image under an immutable tag, and takes the same one again', async () => {
    lab.createRepository('team/fixed', { immutable: true });
    await importImage('team/fixed', 'v1', 'first');
    await push('team/fixed', 'v1');
    await push('team/fixed', 'v1');
    await importImage('team/fixed', 'v1', 'second');
    await assert.rejects(
      push('team/fixed', 'v1'),
      /The image tag 'v1' already exists in the 'team\/fixed' repository/,
    );
  });

  it('refuses an action that IAM denies, in its words', async () => {
    lab.principal.deny('ecr:InitiateLayerUpload');
    await importImage('team/app', 'v1', 'first');
    await assert.rejects(push('team/app', 'v1'), /is not authorized to perform: ecr:InitiateLayerUpload/);
  });

  it('refuses a push without credentials', async () => {
    await importImage('team/app', 'v1', 'first');
    const pushed = await docker.getImage(`${lab.host}/team/app:v1`).push({ authconfig: {} });
    await assert.rejects(
      finished(pushed),
      /authentication required|[Uu]nauthorized|no basic auth credentials/,
    );
  });

  function credentials(): Docker.AuthConfig {
    const { username, password } = lab.issueToken();
    return { username, password, serveraddress: lab.host };
  }

  async function importImage(repository: string, tag: string, content: string): Promise<void> {
    const tar = pack();
    tar.entry({ name: 'content' }, content);
    tar.finalize();
    await finished(await docker.importImage(Readable.from(tar), { repo: `${lab.host}/${repository}`, tag }));
  }

  async function push(repository: string, tag: string): Promise<void> {
    const image = docker.getImage(`${lab.host}/${repository}:${tag}`);
    await finished(await image.push({ authconfig: credentials() }));
  }
});

function clientOf(dockerHost: string): Docker {
  if (dockerHost.startsWith('unix://')) return new Docker({ socketPath: dockerHost.slice('unix://'.length) });
  const { hostname, port } = new URL(dockerHost);
  return new Docker({ protocol: 'http', host: hostname, port });
}

/** Reads the engine's stream of JSON lines to its end; throws the error that one of them holds. */
async function finished(stream: NodeJS.ReadableStream): Promise<void> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  const error = /^\{.*"error":.*$/m.exec(text)?.[0];
  if (error !== undefined) throw new Error(error);
}

function ignoreMissing(error: unknown): void {
  if ((error as { statusCode?: number }).statusCode !== 404) throw error;
}
