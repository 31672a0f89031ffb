import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTask, type TaskRun, type TaskRunOptions } from '../../test/lab/agent/run-task.js';
import { unpackVsix } from '../../test/lab/agent/unpack-vsix.js';
import { startLabEcr, type LabEcr } from '../../test/lab/ecr/lab-ecr.js';
import { seedImage } from '../../test/lab/ecr/seed-image.js';
import { pathOfCommand } from '../../test/lab/require-command.js';

/** What every benchmark works with: the packaged task, an engine and the lab's ECR. */
export interface BenchStage {
  readonly folder: string;
  readonly dockerHost: string;
  readonly lab: LabEcr;
  readonly base: string;
  /** A small build context from the private base image. */
  readonly sources: string;
  /** Runs the task; fails when the task does, unless it was cancelled. */
  run(step: Partial<TaskRunOptions> & Pick<TaskRunOptions, 'inputs'>): Promise<TaskRun>;
  close(): Promise<void>;
}

export async function openStage(packageFile: string, dockerHost: string): Promise<BenchStage> {
  const folder = await mkdtemp(join(tmpdir(), 'ecr-private-push-bench-'));
  const extensionFolder = join(folder, 'extension');
  await unpackVsix(packageFile, extensionFolder);
  const lab = await startLabEcr();
  lab.createRepository('bench/app');
  const busybox = { content: await readFile(pathOfCommand('busybox')), mode: 0o755 };
  const { reference: base } = await seedImage(lab, 'base/busybox', '1', {
    files: { 'bin/busybox': busybox },
  });
  const sources = join(folder, 'sources');
  await mkdir(sources);
  await writeFile(
    join(sources, 'Dockerfile'),
    'ARG BASE\nFROM ${BASE}\nCOPY hello.txt /\nCMD ["/bin/busybox", "cat", "/hello.txt"]\n',
  );
  await writeFile(join(sources, 'hello.txt'), 'hello\n');
  const environment = {
    DOCKER_HOST: dockerHost,
    AWS_ACCESS_KEY_ID: lab.accessKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: lab.accessKey.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return {
    folder,
    dockerHost,
    lab,
    base,
    sources,
    run: async (step) => {
      const run = await runTask({
        extensionFolder,
        task: 'EcrPrivatePush',
        sourcesFolder: sources,
        ...step,
        inputs: { region: lab.region, ecrEndpoint: lab.url, buildArgs: `BASE=${base}`, ...step.inputs },
        environment: { ...environment, ...step.environment },
      });
      if (run.result === 'Failed' && run.signals.length === 0) throw new Error(run.lines.join('\n'));
      return run;
    },
    close: async () => {
      await lab.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
