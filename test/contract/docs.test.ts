import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { codeBlocks, headings, targets } from './markdown.js';

const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

interface TaskJson {
  readonly inputs: readonly {
    readonly name: string;
    readonly aliases?: readonly string[];
    readonly defaultValue: string;
    readonly required: boolean;
    readonly options?: Readonly<Record<string, string>>;
  }[];
  readonly outputVariables: readonly { readonly name: string }[];
}

interface Step {
  readonly task: string;
  readonly name?: string;
  readonly inputs: Readonly<Record<string, string | boolean>>;
}

const task = JSON.parse(readFileSync('tasks/EcrPrivatePush/task.json', 'utf8')) as TaskJson;
const namesOf = ({ name, aliases = [] }: TaskJson['inputs'][number]): readonly string[] => [name, ...aliases];

for (const document of documents) {
  const markdown = readFileSync(document, 'utf8');

  describe(document, () => {
    if (document !== 'docs/overview.md')
      it('links to files and headings that are there', () => {
        const relative = targets(markdown).filter((target) => !/^[a-z]+:/.test(target));
        assert.deepEqual(
          relative.filter((target) => !leadsSomewhere(document, target)),
          [],
        );
      });

    for (const [index, block] of codeBlocks(markdown, 'yaml').entries())
      it(`has a pipeline that works: YAML ${String(index + 1)}`, () => {
        assertStepsHold(parse(block));
        for (const [, output = ''] of block.matchAll(/\b(?:push|build)\.(image\w+)/g))
          assert.ok(
            task.outputVariables.some(({ name }) => name === output),
            `${output} is no output`,
          );
      });

    for (const script of new Set(npmScripts(markdown)))
      it(`names a script that is there: ${script}`, () => {
        assert.ok(script in readJson('package.json', 'scripts'), `package.json has no script '${script}'`);
      });
  });
}

describe('README.md as a start', () => {
  it('shows a step and the use of its output', () => {
    const [pipeline = ''] = codeBlocks(readFileSync('README.md', 'utf8'), 'yaml');
    const [step] = stepsIn(parse(pipeline));
    assert.equal(step?.name, 'push');
    assert.match(pipeline, /\$\(push\.imageRef\)/);
  });
});

describe('docs/overview.md on the Marketplace', () => {
  it('has no relative link, and no image but those that the package shows', () => {
    const shown = (readJson('vss-extension.json', 'files') as { path: string; addressable?: boolean }[])
      .filter(({ addressable }) => addressable)
      .map(({ path }) => path);
    const relative = targets(readFileSync('docs/overview.md', 'utf8')).filter(
      (target) => !/^https:/.test(target),
    );
    assert.deepEqual(
      relative.filter((target) => !shown.includes(target)),
      [],
    );
  });
});

function leadsSomewhere(document: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? document : join(dirname(document), path);
  if (!existsSync(file) || anchor === undefined) return existsSync(file);
  return headings(readFileSync(file, 'utf8')).some((heading) => heading.anchor === anchor);
}

function assertStepsHold(pipeline: unknown): void {
  for (const { inputs } of stepsIn(pipeline)) {
    const given = Object.keys(inputs);
    const known = task.inputs.flatMap(namesOf);
    assert.deepEqual(
      given.filter((name) => !known.includes(name)),
      [],
    );
    for (const input of task.inputs) {
      const value = namesOf(input)
        .map((name) => inputs[name])
        .find((each) => each !== undefined);
      if (input.required && input.defaultValue === '') assert.ok(value, `${input.name} is required`);
      if (input.options !== undefined && value !== undefined)
        assert.ok(String(value) in input.options, `${input.name} cannot be ${String(value)}`);
    }
  }
}

/** The steps of this task, however deep in stages and jobs. */
function stepsIn(node: unknown): readonly Step[] {
  if (typeof node !== 'object' || node === null) return [];
  if ('task' in node && node.task === 'EcrPrivatePush@1') return [node as Step];
  return Object.values(node).flatMap(stepsIn);
}

function npmScripts(markdown: string): readonly string[] {
  const calls = markdown.matchAll(/\bnpm (?:run ([a-z][a-z:-]*)|(test)\b)/g);
  return Array.from(calls, ([, script, test]) => script ?? test ?? '');
}

function readJson(file: string, key: string): object {
  const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, object>;
  return content[key] ?? {};
}
