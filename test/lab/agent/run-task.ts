import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cancelOf, type Cancel, type Signal } from './cancel.js';
import { watchPeakMemory } from './peak-memory.js';
import { readTaskDefinition, type TaskDefinition } from './task-definition.js';
import { jobVariables, labAccessToken, taskEnvironment } from './task-environment.js';
import { resolveInputs } from './task-inputs.js';
import { TaskLog, type Issue, type TaskResult } from './task-log.js';

export interface TaskRunOptions extends Cancel {
  /** Where the package was unpacked. */
  readonly extensionFolder: string;
  readonly task: 'EcrPrivatePush';
  /** As in a pipeline: any spelling of a name, aliases included. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Variables of the pipeline; they come before the job's own. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly secretVariables?: Readonly<Record<string, string>>;
  /** The agent's own environment, beside PATH and a HOME that is empty. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly sourcesFolder: string;
  /** The node to run the task with; default the one of this process. */
  readonly node?: string;
  /** Told every line as the agent would show it. */
  readonly onLine?: (line: string) => void;
}

/** What a run of the task came to, as the agent sees it. */
export interface TaskRun {
  /** What the agent makes of exit code, `task.complete` and issues. A cancelled step is shown as cancelled whatever this says. */
  readonly result: TaskResult;
  /** The lines as the agent shows them. */
  readonly lines: readonly string[];
  /** The lines as the task printed them. Holds secrets. */
  readonly rawLines: readonly string[];
  readonly issues: readonly Issue[];
  /** What the steps that follow in the job see. */
  readonly variables: Readonly<Record<string, string>>;
  /** What other jobs and stages see: the ones that were set with `isOutput`. */
  readonly outputVariables: Readonly<Record<string, string>>;
  /** The values that the task asked to have masked. */
  readonly secrets: readonly string[];
  /** The text of each summary page, as it was when the task handed it over. */
  readonly summaries: readonly string[];
  /** Undefined when a signal ended the process. */
  readonly exitCode: number | undefined;
  /** The signals that it was sent, in order; none in a run that was not cancelled. */
  readonly signals: readonly Signal[];
  /** From the first signal to the end of the process. */
  readonly cancelMs: number | undefined;
  /** From the start of the process to its end. */
  readonly durationMs: number;
  readonly peakMemoryBytes: number | undefined;
  /** What was left in the agent's temporary folder, which the agent empties after the job. */
  readonly temporaryFiles: readonly string[];
}

/** Runs the task out of an unpacked package as the Azure Pipelines agent does. */
export async function runTask(request: TaskRunOptions): Promise<TaskRun> {
  const taskFolder = join(request.extensionFolder, 'tasks', request.task);
  const definition = await readTaskDefinition(taskFolder);
  const work = await mkdtemp(join(tmpdir(), 'lab-agent-'));
  try {
    const folders = {
      work,
      sources: request.sourcesFolder,
      temporary: join(work, '_temp'),
      home: join(work, 'home'),
    };
    await Promise.all([mkdir(folders.temporary), mkdir(folders.home)]);
    const { environment, log } = prepare(request, definition, folders);
    const node = request.node ?? process.execPath;
    const target = join(taskFolder, targetOf(definition, await majorVersion(node)));
    const ended = await runProcess(node, target, environment, request, log);
    const { result, lines, rawLines, issues, secrets, summaries } = log;
    return {
      ...ended,
      ...{ result, lines, rawLines, issues, secrets, summaries },
      variables: Object.fromEntries(log.variables),
      outputVariables: Object.fromEntries(log.outputVariables),
      temporaryFiles: await readdir(folders.temporary),
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Folders {
  readonly work: string;
  readonly sources: string;
  readonly temporary: string;
  readonly home: string;
}

function prepare(
  request: TaskRunOptions,
  definition: TaskDefinition,
  folders: Folders,
): { readonly environment: Record<string, string>; readonly log: TaskLog } {
  const variables = { ...jobVariables(folders), ...request.variables };
  const secretVariables = { 'System.AccessToken': labAccessToken, ...request.secretVariables };
  const own = { PATH: process.env['PATH'] ?? '', HOME: folders.home, ...request.environment };
  const inputs = resolveInputs(definition, request.inputs, {
    variables: { ...variables, ...secretVariables },
    environment: own,
    sourcesFolder: folders.sources,
  });
  const showDebug = Object.entries(variables).some(
    ([name, value]) => name.toLowerCase() === 'system.debug' && value.toLowerCase() === 'true',
  );
  const environment = { ...own, ...taskEnvironment({ inputs, variables, secretVariables }) };
  const onLine = request.onLine ?? (() => undefined);
  return { environment, log: new TaskLog(definition, Object.values(secretVariables), showDebug, onLine) };
}

/** The agent takes the newest handler that the task names and that it has a node for. */
function targetOf({ execution }: TaskDefinition, nodeMajor: number): string {
  const handlers = [
    ['Node24', 24],
    ['Node20_1', 20],
  ] as const;
  const target = handlers
    .filter(([, major]) => nodeMajor >= major)
    .map(([name]) => execution.get(name))
    .find((file) => file !== undefined);
  if (target === undefined) throw new Error(`the task has no handler for node ${String(nodeMajor)}`);
  return target;
}

async function majorVersion(node: string): Promise<number> {
  if (node === process.execPath) return Number.parseInt(process.versions.node, 10);
  const child = spawn(node, ['--print', 'process.versions.node'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let version = '';
  for await (const chunk of child.stdout) version += String(chunk);
  return Number.parseInt(version, 10);
}

type Ended = Pick<TaskRun, 'exitCode' | 'signals' | 'cancelMs' | 'durationMs' | 'peakMemoryBytes'>;

async function runProcess(
  node: string,
  target: string,
  environment: Record<string, string>,
  request: TaskRunOptions,
  log: TaskLog,
): Promise<Ended> {
  const started = performance.now();
  const child = spawn(node, [target], {
    cwd: request.sourcesFolder,
    // Node hands its own coverage setting on to a child unless it is named here.
    env: { ...environment, NODE_V8_COVERAGE: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const memory = watchPeakMemory(child.pid ?? 0);
  const cancel = cancelOf(child, request);
  readLines(child, (line) => {
    log.take(line);
    cancel.sawLine(line);
  });
  try {
    await closed;
  } finally {
    cancel.stop();
  }
  if (child.exitCode !== 0) log.worsen('Failed');
  return {
    exitCode: child.exitCode ?? undefined,
    ...cancel.outcome(),
    durationMs: performance.now() - started,
    peakMemoryBytes: memory.stop(),
  };
}

function readLines({ stdout, stderr }: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [stdout, stderr])
    if (stream !== null) createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
}
