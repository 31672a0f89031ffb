import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const source = 'tasks/EcrPrivatePush/task.json';
const target = 'docs/task-reference.md';

type Fields = Readonly<Record<string, unknown>>;

/** docs/task-reference.md as it must be for this task.json, formatted as the repository's other files are. */
export async function renderTaskReference(taskJson: string): Promise<string> {
  const task = fields(JSON.parse(taskJson), 'task.json');
  const markdown = [
    '# Task reference',
    '',
    '<!-- Made from task.json by `npm run docs`. Change task.json or scripts/task-reference.ts, not this file. -->',
    '',
    text(task, 'helpMarkDown'),
    '',
    `The task is \`${text(task, 'name')}@${majorVersion(task)}\`. It runs on ${handlers(task)} and needs agent ${text(task, 'minimumAgentVersion')} or newer.`,
    'Names of inputs are case-insensitive; an alias works in place of the name.',
    '',
    '## Inputs',
    '',
    ...inputTables(task),
    '## Outputs',
    '',
    ...table(
      ['Variable', 'Meaning'],
      list(task, 'outputVariables').map((output) => [
        `\`${text(output, 'name')}\``,
        text(output, 'description'),
      ]),
    ),
    '',
    '## Examples',
    '',
    ...commandExamples(task),
    usingOutputs,
  ].join('\n');
  return format(markdown, { ...(await resolveConfig(target)), parser: 'markdown' });
}

function inputTables(task: Fields): readonly string[] {
  const inputs = list(task, 'inputs');
  const groups = [{ name: '', displayName: 'General' }, ...list(task, 'groups')];
  return groups.flatMap((group: Fields) => [
    `### ${text(group, 'displayName')}`,
    '',
    ...(group['visibleRule'] === undefined
      ? []
      : [`In the classic editor these show when \`${text(group, 'visibleRule')}\`.`, '']),
    ...table(
      ['Input', 'Aliases', 'Type', 'Default', 'Meaning'],
      inputs.filter((input) => (input['groupName'] ?? '') === group['name']).map(inputRow),
    ),
    '',
  ]);
}

function inputRow(input: Fields): readonly string[] {
  const aliases = Array.isArray(input['aliases'])
    ? input['aliases'].map((alias) => `\`${String(alias)}\``)
    : [];
  const defaultValue = text(input, 'defaultValue');
  const required = input['required'] === true && defaultValue === '' ? '**required**' : '';
  const values = input['options'] === undefined ? [] : Object.keys(fields(input['options'], 'options'));
  const type = text(input, 'type');
  return [
    `\`${text(input, 'name')}\``,
    aliases.join(', '),
    values.length === 0 ? type : `${type}: ${values.map((value) => `\`${value}\``).join(', ')}`,
    defaultValue === '' ? required : `\`${defaultValue}\``,
    text(input, 'helpMarkDown'),
  ];
}

/** One for each command, and none for a command that is not there. */
const examples: Readonly<Record<string, string>> = {
  buildAndPush: `Build from \`services/api\`, push under three tags:

\`\`\`yaml
steps:
  - task: EcrPrivatePush@1
    name: push
    inputs:
      repository: team/api
      region: ap-northeast-1
      context: services/api
      tags: |
        $(Build.BuildId)
        $(Build.SourceVersion)
        latest
      buildArgs: |
        VERSION=$(Build.BuildNumber)
      labels: |
        org.opencontainers.image.revision=$(Build.SourceVersion)
\`\`\``,
  build: `Build, test what was built, then push it. \`command: build\` contacts no AWS service of its own: it asks ECR for a token only when a base image is in ECR.

\`\`\`yaml
steps:
  - task: EcrPrivatePush@1
    name: build
    inputs:
      command: build
      repository: team/api
  - script: docker run --rm $(build.imageUri) ./run-tests
  - task: EcrPrivatePush@1
    name: push
    inputs:
      command: push
      repository: team/api
      region: ap-northeast-1
\`\`\`

The image is in the engine as \`<repository>:<tag>\`. Both steps must run on the same engine: put them in one job.`,
  push: `Push an image that an earlier step of the job left in the engine, whatever built it:

\`\`\`yaml
steps:
  - script: docker build --tag local/api:tested .
  - task: EcrPrivatePush@1
    name: push
    inputs:
      command: push
      sourceImage: local/api:tested
      repository: team/api
      tags: $(Build.BuildId), latest
      region: ap-northeast-1
      removeImage: true
\`\`\``,
};

function commandExamples(task: Fields): readonly string[] {
  const command = list(task, 'inputs').find(({ name }) => name === 'command');
  return Object.entries(fields(command?.['options'], 'options')).flatMap(([name, title]) => {
    const example = examples[name];
    if (example === undefined)
      throw new Error(`${source} has the command ${name}, for which there is no example`);
    return [`### ${String(title)}: \`${name}\``, '', example, ''];
  });
}

const usingOutputs = `## Using the outputs

The step needs a name, here \`name: push\`. Deploy by \`imageRef\`: a digest cannot be moved to another image as a tag can.

A later step of the same job:

\`\`\`yaml
- script: echo "$(push.imageRef)"
\`\`\`

Another job of the same stage, which must depend on the first:

\`\`\`yaml
jobs:
  - job: image
    pool: my-ec2-agents
    steps:
      - task: EcrPrivatePush@1
        name: push
        inputs:
          repository: team/api
          region: ap-northeast-1
  - job: deploy
    dependsOn: image
    pool: my-ec2-agents
    variables:
      imageRef: $[ dependencies.image.outputs['push.imageRef'] ]
    steps:
      - script: echo "$(imageRef)"
\`\`\`

Another stage, which must depend on the first as well:

\`\`\`yaml
stages:
  - stage: build
    jobs:
      - job: image
        pool: my-ec2-agents
        steps:
          - task: EcrPrivatePush@1
            name: push
            inputs:
              repository: team/api
              region: ap-northeast-1
  - stage: deploy
    dependsOn: build
    jobs:
      - job: release
        pool: my-ec2-agents
        variables:
          imageRef: $[ stageDependencies.build.image.outputs['push.imageRef'] ]
        steps:
          - script: echo "$(imageRef)"
\`\`\`

When the push is itself in a \`deployment\` job with the strategy \`runOnce\`, the job's name comes before the step's: \`dependencies.image.outputs['image.push.imageRef']\`.

\`imageTags\` is a JSON array, for example \`["42","latest"]\`; in bash: \`echo '$(push.imageTags)' | jq -r '.[]'\`.
`;

function majorVersion(task: Fields): string {
  return String(fields(task['version'], 'version')['Major']);
}

function handlers(task: Fields): string {
  return Object.keys(fields(task['execution'], 'execution'))
    .map((handler) => `\`${handler}\``)
    .join(' or ');
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)];
}

function fields(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null) return { ...value };
  throw new Error(`${name} is not an object`);
}

function list(of: Fields, name: string): readonly Fields[] {
  const value = of[name];
  if (Array.isArray(value)) return value.map((item) => fields(item, name));
  throw new Error(`${name} is not a list`);
}

function text(of: Fields, name: string): string {
  const value = of[name];
  if (typeof value === 'string') return value;
  throw new Error(`${name} is not a text`);
}

async function main(check: boolean): Promise<void> {
  const made = await renderTaskReference(await readFile(source, 'utf8'));
  if (!check) {
    await writeFile(target, made);
    return;
  }
  if ((await readFile(target, 'utf8').catch(() => '')) === made) return;
  process.stderr.write(`${target} is not what ${source} makes of it: npm run docs\n`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes('--check'));
