import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readFile } from 'node:fs/promises';
import Docker from 'dockerode';
import { runTask, type TaskRun, type TaskRunOptions } from '../lab/agent/run-task.js';
import { unpackVsix } from '../lab/agent/unpack-vsix.js';
import { startLabEcr, type LabEcr } from '../lab/ecr/lab-ecr.js';
import { seedImage } from '../lab/ecr/seed-image.js';
import { requireEngine } from '../lab/engine/require-engine.js';

export interface PackagedTask {
  readonly lab: LabEcr;
  readonly docker: Docker;
  /** A private base image with busybox at /bin, to start a Dockerfile from. */
  readonly base: string;
  /** Writes a build context and gives its folder. */
  sources(files: Readonly<Record<string, string>>): Promise<string>;
  /** Runs the task as a step of a pipeline on the lab's agent would. */
  run(step: Partial<TaskRunOptions> & Pick<TaskRunOptions, 'inputs'>): Promise<TaskRun>;
  close(): Promise<void>;
}

/** The task out of the packaged extension, beside a real engine and the lab's ECR. */
export async function openPackagedTask(test: Mocha.Context): Promise<PackagedTask> {
  const { dockerHost } = requireEngine(test);
  const folder = await mkdtemp(join(tmpdir(), 'packaged-task-'));
  const extensionFolder = join(folder, 'extension');
  await unpackVsix(await newestPackage(), extensionFolder);
  const lab = await startLabEcr();
  const busybox = { content: await readFile('/bin/busybox'), mode: 0o755 };
  const { reference } = await seedImage(lab, 'base/busybox', '1.35', { files: { 'bin/busybox': busybox } });
  let folders = 0;
  const sources = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const root = join(folder, `sources-${String(++folders)}`);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    return root;
  };
  const empty = await sources({ 'README.md': 'nothing to build\n' });
  return {
    lab,
    docker: new Docker({ socketPath: dockerHost.replace('unix://', '') }),
    base: reference,
    sources,
    run: (step) =>
      runTask({
        extensionFolder,
        task: 'EcrPrivatePush',
        sourcesFolder: empty,
        ...step,
        inputs: { ecrEndpoint: lab.url, region: lab.region, ...step.inputs },
        variables: { 'Build.BuildId': '42', ...step.variables },
        environment: {
          DOCKER_HOST: dockerHost,
          AWS_ACCESS_KEY_ID: lab.accessKey.accessKeyId,
          AWS_SECRET_ACCESS_KEY: lab.accessKey.secretAccessKey,
          AWS_EC2_METADATA_DISABLED: 'true',
          ...step.environment,
        },
      }),
    close: async () => {
      await lab.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** What `npm run package` wrote. */
async function newestPackage(): Promise<string> {
  const [name, ...others] = (await readdir('dist')).filter((file) => file.endsWith('.vsix'));
  if (name === undefined || others.length > 0) throw new Error('dist/ must hold one .vsix: npm run package');
  return join('dist', name);
}
