import assert from 'node:assert/strict';
import type { TaskDefinition } from '../../../lab/agent/task-definition.js';
import { TaskLog } from '../../../lab/agent/task-log.js';

const free: TaskDefinition = {
  inputs: [],
  settableVariables: undefined,
  restrictedCommands: false,
  execution: new Map(),
};

function logOf(lines: readonly string[], { definition = free, secrets = [''], debug = false } = {}): TaskLog {
  const log = new TaskLog(definition, secrets, debug, () => undefined);
  for (const line of lines) log.take(line);
  return log;
}

describe("a task's output, dealt with as the agent does", () => {
  it('shows a line that holds no command', () => {
    assert.deepEqual(logOf(['hello']).lines, ['hello']);
  });

  it('shows issues marked, and keeps them', () => {
    const log = logOf([
      '##vso[task.logissue type=error;]bad%0Athing',
      '##vso[task.logissue type=warning;]odd',
    ]);
    assert.deepEqual(log.lines, ['##[error]bad', '##[error]thing', '##[warning]odd']);
    assert.deepEqual(log.issues, [
      { type: 'error', message: 'bad\nthing' },
      { type: 'warning', message: 'odd' },
    ]);
  });

  for (const [debug, lines] of [
    [false, []],
    [true, ['##[debug]x']],
  ] as const)
    it(`${debug ? 'shows' : 'hides'} debug lines with system.debug ${String(debug)}`, () => {
      assert.deepEqual(logOf(['##vso[task.debug]x'], { debug }).lines, lines);
    });

  it('masks secrets in what follows, the longest first', () => {
    const log = logOf(['##vso[task.setsecret]abc', '##vso[task.setsecret]abcdef', 'abcdef abc ab'], {
      secrets: ['given'],
    });
    assert.deepEqual(log.lines, ['*** *** ab']);
    assert.deepEqual(log.secrets, ['abc', 'abcdef']);
  });

  it('masks a secret variable from the start', () => {
    assert.deepEqual(logOf(['a given word'], { secrets: ['given'] }).lines, ['a *** word']);
  });

  it('keeps output variables apart from those of the job', () => {
    const log = logOf([
      '##vso[task.setvariable variable=a]1',
      '##vso[task.setvariable variable=a;isOutput=true]2',
    ]);
    assert.equal(log.variables.get('a'), '1');
    assert.equal(log.outputVariables.get('a'), '2');
  });

  it('sets only the variables that task.json allows, and warns of others', () => {
    const definition = { ...free, settableVariables: ['imageRef'] };
    const log = logOf(
      ['##vso[task.setvariable variable=imageref]1', '##vso[task.setvariable variable=PATH]2'],
      {
        definition,
      },
    );
    assert.deepEqual([...log.variables], [['imageref', '1']]);
    assert.match(log.issues.map(({ message }) => message).join(), /'PATH' is not allowed/);
  });

  it('lets restricted mode upload no summary', () => {
    const definition = { ...free, restrictedCommands: true };
    const log = logOf(['##vso[task.uploadsummary]/no/such/file', '##vso[task.setvariable variable=a]1'], {
      definition,
    });
    assert.deepEqual([log.summaries, log.issues.length, log.variables.get('a')], [[], 1, '1']);
  });

  it('takes the worst result', () => {
    const lines = ['Failed', 'Succeeded'].map((result) => `##vso[task.complete result=${result};]`);
    assert.equal(logOf(lines).result, 'Failed');
  });

  it('fails a task that gives a command that the agent does not have', () => {
    assert.equal(logOf(['##vso[task.pushimage]x']).result, 'Failed');
  });

  it('warns of a command that cannot be read, and shows the line', () => {
    const log = logOf(['x ##vso[broken]']);
    assert.equal(log.issues[0]?.type, 'warning');
    assert.equal(log.lines.at(-1), 'x ##vso[broken]');
  });
});
