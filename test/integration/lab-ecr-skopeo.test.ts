import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startLabEcr, type LabEcr } from '../lab/ecr/lab-ecr.js';
import { seedImage } from '../lab/ecr/seed-image.js';
import { requireCommand } from '../lab/require-command.js';

const run = promisify(execFile);

/** skopeo is a client that we did not write, of another family than the Docker Engine. */
describe("the lab's registry, used by skopeo", function () {
  this.timeout(60_000);
  let lab: LabEcr;
  let folder: string;
  let base: string;

  before(function () {
    requireCommand(this, 'skopeo');
  });
  beforeEach(async () => {
    lab = await startLabEcr();
    lab.createRepository('team/app');
    folder = await mkdtemp(join(tmpdir(), 'lab-ecr-skopeo-'));
    const auths = { [lab.host]: { auth: lab.issueToken().authorizationToken } };
    await writeFile(join(folder, 'auth.json'), JSON.stringify({ auths }));
    const files = { 'etc/motd': { content: 'hello' } };
    base = (await seedImage(lab, 'base/small', '1.0', { files })).digest;
  });
  afterEach(async () => {
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function copy(from: string, to: string, ...options: readonly string[]): Promise<void> {
    const authfile = join(folder, 'auth.json');
    const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'];
    await run('skopeo', [
      '--insecure-policy',
      'copy',
      '--authfile',
      authfile,
      ...plain,
      ...options,
      from,
      to,
    ]);
  }

  it('copies an image between repositories without changing its digest', async () => {
    await copy(`docker://${lab.host}/base/small:1.0`, `docker://${lab.host}/team/app:v1`);
    assert.deepEqual([...lab.repository('team/app').tags()], [['v1', base]]);
    assert.equal(lab.openUploads, 0);
  });

  it('pushes an OCI image and pulls it back', async () => {
    await copy(`docker://${lab.host}/base/small:1.0`, `docker://${lab.host}/team/app:oci`, '--format', 'oci');
    const pushed = lab.repository('team/app').manifest('oci');
    assert.equal(pushed?.mediaType, 'application/vnd.oci.image.manifest.v1+json');
    const pulled = join(folder, 'pulled');
    await copy(`docker://${lab.host}/team/app@${pushed.digest}`, `dir:${pulled}`);
    assert.deepEqual(await readFile(join(pulled, 'manifest.json')), pushed.body);
  });

  it('lists the tags', async () => {
    const authfile = join(folder, 'auth.json');
    const repository = `docker://${lab.host}/base/small`;
    const { stdout } = await run('skopeo', [
      'list-tags',
      '--authfile',
      authfile,
      '--tls-verify=false',
      repository,
    ]);
    assert.deepEqual(JSON.parse(stdout), { Repository: `${lab.host}/base/small`, Tags: ['1.0'] });
  });

  it('is told that a repository does not exist', async () => {
    await assert.rejects(
      copy(`docker://${lab.host}/base/small:1.0`, `docker://${lab.host}/team/none:v1`),
      /The repository with name 'team\/none' does not exist in the registry with id '123456789012'/,
    );
  });
});
