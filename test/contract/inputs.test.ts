import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inputNames } from '../../tasks/EcrPrivatePush/src/inputs.js';

interface TaskInput {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly type: string;
  readonly defaultValue: string;
}

interface TaskJson {
  readonly inputs: readonly TaskInput[];
  readonly outputVariables: readonly { readonly name: string }[];
  readonly restrictions: { readonly settableVariables: { readonly allowed: readonly string[] } };
}

/**
 * What pipelines out there rely on. Within major version 1 a line may be added, and none changed or taken away: a
 * renamed input is passed over by the agent without a word.
 */
const promised: readonly (readonly [name: string, aliases: string, type: string, defaultValue: string])[] = [
  ['command', '', 'pickList', 'buildAndPush'],
  ['repository', 'repositoryName', 'string', ''],
  ['tags', 'pushTag', 'multiLine', '$(Build.BuildId)'],
  ['context', 'buildContext', 'filePath', '.'],
  ['dockerfile', '', 'filePath', ''],
  ['buildArgs', '', 'multiLine', ''],
  ['labels', '', 'multiLine', ''],
  ['target', '', 'string', ''],
  ['platform', '', 'string', ''],
  ['pull', '', 'boolean', 'false'],
  ['noCache', '', 'boolean', 'false'],
  ['sourceImage', '', 'string', ''],
  ['removeImage', 'removeDockerImage', 'boolean', 'false'],
  ['region', 'regionName', 'string', ''],
  ['registryId', '', 'string', ''],
  ['ecrEndpoint', '', 'string', ''],
];
const promisedOutputs = ['imageUri', 'imageDigest', 'imageRef', 'imageTags'];

describe('what task.json promises', () => {
  const task = JSON.parse(readFileSync('tasks/EcrPrivatePush/task.json', 'utf8')) as TaskJson;

  for (const [name, aliases, type, defaultValue] of promised) {
    it(`the input ${name} is what it was`, () => {
      const input = task.inputs.find((each) => each.name === name);
      assert.deepEqual(
        [input?.aliases?.join() ?? '', input?.type, input?.defaultValue],
        [aliases, type, defaultValue],
      );
    });
  }

  it('every input that the task reads, and no other', () => {
    assert.deepEqual(task.inputs.map(({ name }) => name).toSorted(), [...inputNames].toSorted());
  });

  it('every output is still there', () => {
    assert.deepEqual(
      task.outputVariables.map(({ name }) => name),
      promisedOutputs,
    );
  });

  it('the task may set its outputs, and no other variable', () => {
    assert.deepEqual(task.restrictions.settableVariables.allowed, promisedOutputs);
  });
});
