import assert from 'node:assert/strict';
import { resolveInputs } from '../../../lab/agent/task-inputs.js';
import type { TaskDefinition } from '../../../lab/agent/task-definition.js';

const definition: TaskDefinition = {
  inputs: [
    { name: 'repository', type: 'string', aliases: ['repositoryName'], defaultValue: '' },
    { name: 'tags', type: 'multiLine', aliases: [], defaultValue: '$(Build.BuildId)' },
    { name: 'context', type: 'filePath', aliases: ['buildContext'], defaultValue: '.' },
    { name: 'dockerfile', type: 'filePath', aliases: [], defaultValue: '' },
  ],
  settableVariables: undefined,
  restrictedCommands: false,
  execution: new Map(),
};

function resolved(given: Record<string, string>): Record<string, string> {
  const pipeline = {
    variables: { 'Build.BuildId': '42', Name: 'from a variable' },
    environment: { NAME: 'from the environment', HOME: '/home/agent' },
    sourcesFolder: '/agent/1/s',
  };
  return Object.fromEntries(resolveInputs(definition, given, pipeline));
}

describe('the inputs of a task, as the agent hands them over', () => {
  const rows: readonly [title: string, given: Record<string, string>, input: string, value: string][] = [
    ['takes the default', {}, 'tags', '42'],
    ['takes an empty value over the default', { tags: '' }, 'tags', ''],
    ['knows an alias', { repositoryName: 'a' }, 'repository', 'a'],
    ['reads names in any case', { REPOSITORYNAME: 'a' }, 'repository', 'a'],
    ['trims the ends only', { tags: ' a\n b \n' }, 'tags', 'a\n b'],
    ['expands variables in any case', { tags: 'v$(build.buildid)' }, 'tags', 'v42'],
    ['prefers a variable to the environment', { tags: '$(NAME)' }, 'tags', 'from a variable'],
    ['expands from the environment', { tags: '$(HOME)' }, 'tags', '/home/agent'],
    ['leaves an unknown name as it is', { tags: '$(none)' }, 'tags', '$(none)'],
    ['makes a path absolute', { context: 'src/app' }, 'context', '/agent/1/s/src/app'],
    ['leaves an absolute path', { buildContext: '/elsewhere' }, 'context', '/elsewhere'],
    ['hands an empty path over as the sources folder', {}, 'dockerfile', '/agent/1/s'],
  ];
  for (const [title, given, input, value] of rows)
    it(title, () => {
      assert.equal(resolved(given)[input], value);
    });

  it('knows no other names', () => {
    assert.throws(() => resolved({ tag: 'a' }), /no input 'tag'/);
  });

  it('refuses a name beside its alias', () => {
    assert.throws(() => resolved({ repository: 'a', repositoryName: 'b' }), /'repository' is given twice/);
  });
});
