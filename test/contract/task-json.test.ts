import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import AjvDraft04 from 'ajv-draft-04';

interface TaskJson {
  readonly friendlyName: string;
  readonly minimumAgentVersion: string;
  readonly groups: readonly { readonly name: string }[];
  readonly inputs: readonly {
    readonly name: string;
    readonly aliases?: readonly string[];
    readonly groupName?: string;
    readonly helpMarkDown?: string;
  }[];
  readonly execution: Readonly<Record<string, unknown>>;
}

/** tasks.schema.json is azure-pipelines-task-lib's own, as of its commit 1b6318cf; it requires nothing at the top. */
const required = [
  'id',
  'name',
  'friendlyName',
  'description',
  'helpMarkDown',
  'category',
  'author',
  'version',
  'visibility',
  'minimumAgentVersion',
  'instanceNameFormat',
  'groups',
  'inputs',
  'outputVariables',
  'restrictions',
  'execution',
];

describe('task.json', () => {
  const json: unknown = JSON.parse(readFileSync('tasks/EcrPrivatePush/task.json', 'utf8'));
  // The first test proves that it is one, as far as the schema goes.
  const task = json as TaskJson;
  const aliases = task.inputs.flatMap((input) => input.aliases ?? []);

  it('follows the schema for tasks', () => {
    const schema: unknown = JSON.parse(readFileSync('test/contract/tasks.schema.json', 'utf8'));
    const ajv = new AjvDraft04.default({ unicodeRegExp: false, strict: false, allErrors: true });
    const validate = ajv.compile({ ...(schema as object), required });
    assert.ok(validate(json), ajv.errorsText(validate.errors, { separator: '\n' }));
  });

  it('has a name that fits the task picker', () => {
    assert.ok(task.friendlyName.length <= 40, task.friendlyName);
  });

  it('runs on the handlers that agents know, from the first agent that has one', () => {
    assert.deepEqual(Object.keys(task.execution), ['Node24', 'Node20_1']);
    assert.equal(task.minimumAgentVersion, '4.248.0');
  });

  it('gives no name to two inputs, in any case', () => {
    const names = [...task.inputs.map(({ name }) => name), ...aliases].map((name) => name.toLowerCase());
    assert.deepEqual(names, [...new Set(names)]);
  });

  for (const { name, helpMarkDown = '', groupName } of task.inputs)
    it(`explains ${name} and puts it into a group that is there`, () => {
      assert.match(helpMarkDown, /\w.*[.:`]$/s);
      assert.ok(groupName === undefined || task.groups.some((group) => group.name === groupName), groupName);
    });
});
