import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TaskFailure } from '../../tasks/EcrPrivatePush/src/failure.js';
import { readInputs, type Inputs } from '../../tasks/EcrPrivatePush/src/inputs.js';

describe('readInputs', () => {
  let sources: string;

  before(async () => {
    sources = await mkdtemp(join(tmpdir(), 'inputs-'));
    await mkdir(join(sources, 'app/docker'), { recursive: true });
    await writeFile(join(sources, 'Dockerfile'), 'FROM scratch\n');
    await writeFile(join(sources, 'app/Dockerfile'), 'FROM scratch\n');
    await writeFile(join(sources, 'app/docker/Release.Dockerfile'), 'FROM scratch\n');
  });

  after(async () => {
    await rm(sources, { recursive: true });
  });

  const defaults = {
    command: 'buildAndPush',
    repository: 'team/app',
    tags: '1',
    context: '.',
    pull: 'false',
    noCache: 'false',
    removeImage: 'false',
  };

  function read(
    inputs: Readonly<Record<string, string>>,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Inputs> {
    const all: Readonly<Record<string, string>> = { ...defaults, ...inputs };
    return readInputs({
      sourcesFolder: sources,
      input: (name) => all[name] ?? '',
      variable: (name) => variables[name],
    });
  }

  async function refusal(inputs: Readonly<Record<string, string>>): Promise<string> {
    const failure: unknown = await read(inputs).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof TaskFailure);
    assert.equal(failure.code, 'EPP101');
    return failure.why;
  }

  async function build(
    inputs: Readonly<Record<string, string>>,
    variables?: Readonly<Record<string, string>>,
  ) {
    const read_ = await read(inputs, variables);
    assert.ok(read_.command !== 'push');
    return read_.build;
  }

  it('takes the defaults of an otherwise empty step', async () => {
    assert.deepEqual(await read({}), {
      command: 'buildAndPush',
      repository: 'team/app',
      tags: ['1'],
      region: undefined,
      registryId: undefined,
      ecrEndpoint: undefined,
      removeImage: false,
      build: {
        context: sources,
        dockerfile: join(sources, 'Dockerfile'),
        buildArgs: new Map(),
        labels: new Map(),
        target: undefined,
        platform: undefined,
        pull: false,
        noCache: false,
      },
    });
  });

  it('takes tags by line and comma, each once, in their order', async () => {
    assert.deepEqual((await read({ tags: 'v1, latest\n\nv1\n v1.2 ' })).tags, ['v1', 'latest', 'v1.2']);
  });

  it('pushes what `command: build` left when no source image is named', async () => {
    const inputs = await read({ command: 'push', tags: '7,latest' });
    assert.ok(inputs.command === 'push');
    assert.equal(inputs.sourceImage, 'team/app:7');
  });

  it('does not look for a Dockerfile when it only pushes', async () => {
    assert.equal((await read({ command: 'push', context: 'not/there' })).command, 'push');
  });

  const dockerfiles: readonly (readonly [
    what: string,
    inputs: Readonly<Record<string, string>>,
    found: string,
  ])[] = [
    ['in the context, when none is named', { context: 'app' }, 'app/Dockerfile'],
    ['relative to the sources folder', { context: 'app', dockerfile: 'Dockerfile' }, 'Dockerfile'],
    [
      'then relative to the context',
      { context: 'app', dockerfile: 'docker/Release.Dockerfile' },
      'app/docker/Release.Dockerfile',
    ],
  ];
  for (const [what, inputs, found] of dockerfiles) {
    it(`finds the Dockerfile ${what}`, async () => {
      assert.equal((await build(inputs)).dockerfile, join(sources, found));
    });
  }

  it('takes an empty path input, which the agent hands over as the sources folder, as not given', async () => {
    assert.equal(
      (await build({ context: 'app', dockerfile: sources })).dockerfile,
      join(sources, 'app/Dockerfile'),
    );
  });

  it('finds a path that the agent made absolute from the sources folder in the context', async () => {
    const dockerfile = join(sources, 'docker/Release.Dockerfile');
    assert.equal(
      (await build({ context: 'app', dockerfile })).dockerfile,
      join(sources, 'app/docker/Release.Dockerfile'),
    );
  });

  it('gives a bare build argument the variable of its name', async () => {
    const { buildArgs } = await build({ buildArgs: 'A=1=2\nCOMMIT\nEMPTY=' }, { COMMIT: 'c0ffee' });
    assert.deepEqual(
      [...buildArgs],
      [
        ['A', '1=2'],
        ['COMMIT', 'c0ffee'],
        ['EMPTY', ''],
      ],
    );
  });

  it('names a bare build argument that has no variable', async () => {
    assert.match(await refusal({ buildArgs: 'COMMIT' }), /^buildArgs is 'COMMIT'; it must be .* defined/);
  });

  it('never shows the value of a build argument', async () => {
    assert.ok(!(await refusal({ buildArgs: 'MY TOKEN=hunter2' })).includes('hunter2'));
  });

  it('reports all bad inputs together, each with its name, value, rule and example', async () => {
    const why = await refusal({
      command: 'deploy',
      repository: 'Team/App',
      tags: 'v1,-x',
      region: 'Tokyo',
      registryId: '12',
      ecrEndpoint: 'http://ecr',
      pull: 'yes',
      context: 'no-such',
      platform: 'arm',
      target: 'a b',
      labels: 'team',
    });
    const named = why
      .trim()
      .split('\n')
      .map((line) => /^\s*- (\w+) is '.+'; it must be .+\. Example: .+\.$/.exec(line)?.[1]);
    assert.deepEqual(named.toSorted(), [
      'command',
      'context',
      'dockerfile',
      'ecrEndpoint',
      'labels',
      'platform',
      'pull',
      'region',
      'registryId',
      'repository',
      'tags',
      'target',
    ]);
  });

  it('says which variable is not defined when one was not expanded', async () => {
    assert.match(
      await refusal({ tags: '$(Build.BuildId)' }),
      /The variable Build\.BuildId is not defined in this run\./,
    );
  });

  it('refuses a step without tags', async () => {
    assert.match(await refusal({ tags: ' , \n' }), /^tags is empty; it must be a tag/);
  });
});
