/** The main job, shown: the packaged task, run as an agent would, against a real engine and the lab's ECR. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runTask, type TaskRun } from '../test/lab/agent/run-task.js';
import { unpackVsix } from '../test/lab/agent/unpack-vsix.js';
import { startLabEcr, type LabEcr } from '../test/lab/ecr/lab-ecr.js';
import { seedImage } from '../test/lab/ecr/seed-image.js';
import { startLabEngine, type LabEngine } from '../test/lab/engine/lab-engine.js';
import { installCommands, pathOfCommand } from '../test/lab/require-command.js';
import { pullAndRun, removeImages } from './demo/pull-and-run.js';
import { showSummary } from './demo/show-summary.js';

/** @returns the exit code: 0 when the image was pushed, pulled back and ran. */
export async function demonstrate(packageFile: string): Promise<number> {
  const engine = await startLabEngine({ onLine: print });
  if ('missing' in engine) {
    print(engine.missing);
    return 1;
  }
  print(`Docker Engine: ${engine.description}`);
  const interrupted = onInterrupt();
  const folder = await mkdtemp(join(tmpdir(), 'ecr-private-push-demo-'));
  const lab = await startLabEcr();
  try {
    return await show({ packageFile, folder, engine, lab, interrupted });
  } finally {
    await removeImages(engine.dockerHost, lab.host);
    await lab.close();
    await rm(folder, { recursive: true, force: true });
    await engine.stop();
    print('\nEverything that was started for this is stopped and removed.');
  }
}

interface Stage {
  readonly packageFile: string;
  readonly folder: string;
  readonly engine: LabEngine;
  readonly lab: LabEcr;
  readonly interrupted: () => boolean;
}

async function show(stage: Stage): Promise<number> {
  const { lab, engine, interrupted } = stage;
  const base = await seedBaseImage(lab);
  lab.createRepository('team/app');
  print(`Lab ECR: ${lab.host}, account ${lab.accountId}, ${lab.region}, with the private base image ${base}`);

  heading(`EcrPrivatePush, out of ${stage.packageFile}, as the agent runs it`);
  const run = await runPackagedTask(stage, base);
  if (interrupted() || run.result === 'Failed') return 1;

  heading('The image');
  const { imageRef = '', imageDigest = '', imageTags = '' } = run.outputVariables;
  print(`reference  ${imageRef}\ndigest     ${imageDigest}\ntags       ${imageTags}`);

  heading('Pulled back by its digest, and run');
  print(await pullAndRun(engine.dockerHost, imageRef, { ...lab.issueToken(), serveraddress: lab.host }));

  heading('The summary page');
  print(await showSummary(run.summaries.join('\n'), join('dist', 'demo', 'summary.html')));
  return 0;
}

async function seedBaseImage(lab: LabEcr): Promise<string> {
  await installCommands(['busybox'], print);
  const content = await readFile(pathOfCommand('busybox'));
  const files = { 'bin/busybox': { content, mode: 0o755 } };
  const links = { 'bin/sh': 'busybox' };
  return (await seedImage(lab, 'base/busybox', '1', { files, links })).reference;
}

async function runPackagedTask(stage: Stage, base: string): Promise<TaskRun> {
  const extensionFolder = join(stage.folder, 'extension');
  await unpackVsix(stage.packageFile, extensionFolder);
  return runTask({
    extensionFolder,
    task: 'EcrPrivatePush',
    sourcesFolder: resolve('scripts', 'demo', 'context'),
    inputs: {
      repository: 'team/app',
      tags: '$(Build.BuildId)\nlatest',
      buildArgs: `BASE=${base}`,
      region: stage.lab.region,
      ecrEndpoint: stage.lab.url,
    },
    environment: {
      DOCKER_HOST: stage.engine.dockerHost,
      AWS_ACCESS_KEY_ID: stage.lab.accessKey.accessKeyId,
      AWS_SECRET_ACCESS_KEY: stage.lab.accessKey.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    cancelWhen: stage.interrupted,
    onLine: print,
  });
}

/** Ctrl-C cancels the task as the agent would, and lets this process tidy up. */
function onInterrupt(): () => boolean {
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      interrupted = true;
    });
  return () => interrupted;
}

function heading(text: string): void {
  print(`\n${'='.repeat(text.length)}\n${text}\n${'='.repeat(text.length)}`);
}

function print(line: string): void {
  console.log(line);
}
