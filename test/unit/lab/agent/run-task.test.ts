import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTask, type TaskRun, type TaskRunOptions } from '../../../lab/agent/run-task.js';

/** A task.json beside a script of the test's own: what is tested is the stand-in for the agent. */
const taskJson = {
  inputs: [{ name: 'greeting', type: 'string', label: 'Greeting', defaultValue: 'hello $(Build.BuildId)' }],
  execution: { Node24: { target: 'index.js' }, Node20_1: { target: 'index.js' } },
};

describe("the stand-in for the agent, running a task's process", function () {
  this.timeout(20_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'run-task-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function run(script: string, options: Partial<TaskRunOptions> = {}): Promise<TaskRun> {
    const taskFolder = join(folder, 'tasks', 'EcrPrivatePush');
    await mkdir(taskFolder, { recursive: true });
    await writeFile(join(taskFolder, 'task.json'), JSON.stringify(taskJson));
    await writeFile(join(taskFolder, 'index.js'), script);
    return runTask({
      extensionFolder: folder,
      task: 'EcrPrivatePush',
      inputs: {},
      sourcesFolder: folder,
      ...options,
    });
  }

  it('gives it inputs, variables and secrets in its environment', async () => {
    const script = `const { INPUT_GREETING, MY_NAME, SECRET_MY_KEY, VSTS_SECRET_VARIABLES } = process.env;
      console.log(JSON.stringify({ INPUT_GREETING, MY_NAME, SECRET_MY_KEY, VSTS_SECRET_VARIABLES }));`;
    const { rawLines } = await run(script, {
      variables: { 'my.name': 'a' },
      secretVariables: { 'my key': 'opens nothing' },
    });
    assert.deepEqual(JSON.parse(rawLines.join('')), {
      INPUT_GREETING: 'hello 42',
      MY_NAME: 'a',
      SECRET_MY_KEY: 'opens nothing',
      VSTS_SECRET_VARIABLES: '["System.AccessToken","my key"]',
    });
  });

  it('runs it in the sources folder', async () => {
    assert.deepEqual((await run('console.log(process.cwd())')).lines, [folder]);
  });

  it('gives it nothing else of the environment of the tests', async () => {
    const script =
      'console.log(Object.keys(process.env).filter((name) => /^(NODE|npm|CI)/i.test(name)).join());';
    assert.deepEqual((await run(script)).lines, ['']);
  });

  it('obeys commands on standard error as well', async () => {
    const { result } = await run("console.error('##vso[task.complete result=Failed;]')");
    assert.equal(result, 'Failed');
  });

  it('has failed when the process ends with another code than 0', async () => {
    const { result, exitCode } = await run('process.exit(3)');
    assert.deepEqual({ result, exitCode }, { result: 'Failed', exitCode: 3 });
  });

  it('reads a summary before the task can take it away', async () => {
    const script = `const { writeFileSync } = require('node:fs');
      const file = process.env.AGENT_TEMPDIRECTORY + '/page.md';
      writeFileSync(file, '# page');
      console.log('##vso[task.uploadsummary]' + file);`;
    const { summaries, temporaryFiles } = await run(script);
    assert.deepEqual({ summaries, temporaryFiles }, { summaries: ['# page'], temporaryFiles: ['page.md'] });
  });

  it('cancels with SIGINT, and lets the task end by itself', async () => {
    const script = `process.on('SIGINT', () => { console.log('tidied'); process.exit(); });
      console.log('ready'); setInterval(() => {}, 1000);`;
    const { signals, lines } = await run(script, { cancelWhen: (line) => line === 'ready' });
    assert.deepEqual({ signals, lines }, { signals: ['SIGINT'], lines: ['ready', 'tidied'] });
  });
});
