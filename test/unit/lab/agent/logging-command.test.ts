import assert from 'node:assert/strict';
import { parseLoggingCommand } from '../../../lab/agent/logging-command.js';

describe('a line of a task, read as the agent reads it', () => {
  const commands: readonly [title: string, line: string, name: string, properties: object, data: string][] = [
    ['a command', '##vso[task.complete result=Failed;]no', 'task.complete', { result: 'Failed' }, 'no'],
    ['a command in the middle of a line', 'RUN echo ##vso[task.debug]x', 'task.debug', {}, 'x'],
    ['the first of two', '##vso[task.debug]##vso[task.complete]', 'task.debug', {}, '##vso[task.complete]'],
    ['names in any case', '##vso[Task.SetVariable Variable=a]b', 'task.setvariable', { variable: 'a' }, 'b'],
    ['escapes in data', '##vso[task.debug]a%0Ab%0D%5D%3B%AZP25', 'task.debug', {}, 'a\nb\r];%'],
    ['escapes in properties', '##vso[task.x variable=a%3Bb%5D;]', 'task.x', { variable: 'a;b]' }, ''],
    ['a percent sign escaped last', '##vso[task.debug]%AZP253B', 'task.debug', {}, '%3B'],
    ['a value with an equals sign', '##vso[task.x a=b=c]', 'task.x', { a: 'b=c' }, ''],
    ['no property without a value', '##vso[task.x a=;b;=c;d=e]', 'task.x', { d: 'e' }, ''],
  ];
  for (const [title, line, name, properties, data] of commands)
    it(`finds ${title}`, () => {
      const command = parseLoggingCommand(line);
      assert.deepEqual(
        { ...command, properties: Object.fromEntries(command?.properties ?? []) },
        { name, properties, data },
      );
    });

  for (const line of [
    'plain text',
    '#vso[task.debug]x',
    '##[error]x',
    '##VSO[task.debug]x',
    '##vso[task.debug x',
    '##vso[task]x',
    '##vso[a.b.c]x',
  ])
    it(`finds none in ${line}`, () => {
      assert.equal(parseLoggingCommand(line), undefined);
    });
});
