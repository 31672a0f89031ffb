import { access, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Agent } from './agent/agent.js';
import { parseRegion, type Region } from './aws/region.js';
import { parseRegistryId, type RegistryId } from './aws/registry-id.js';
import type { BuildRequest } from './docker/build-request.js';
import {
  parseRepositoryName,
  parseTag,
  type Parsed,
  type RepositoryName,
  type Tag,
} from './image-reference.js';
import {
  parseBoolean,
  parseCommand,
  parseEndpoint,
  parseImageName,
  parsePlatform,
  parseStage,
} from './inputs/grammar.js';
import { parseAssignments } from './inputs/assignments.js';
import { InputProblems } from './inputs/problems.js';

interface SharedInputs {
  readonly repository: RepositoryName;
  readonly tags: readonly [Tag, ...Tag[]];
  readonly region: Region | undefined;
  readonly registryId: RegistryId | undefined;
  readonly ecrEndpoint: URL | undefined;
  readonly removeImage: boolean;
}

/** What a run is asked to do: every value valid, none of them looked at again. */
export type Inputs = SharedInputs &
  (
    | { readonly command: 'build' | 'buildAndPush'; readonly build: BuildRequest }
    | { readonly command: 'push'; readonly sourceImage: string }
  );

/** The names that `readInputs` asks for; a test holds them equal to task.json's. */
export const inputNames = [
  'command',
  'repository',
  'tags',
  'context',
  'dockerfile',
  'buildArgs',
  'labels',
  'target',
  'platform',
  'pull',
  'noCache',
  'sourceImage',
  'removeImage',
  'region',
  'registryId',
  'ecrEndpoint',
] as const;

export type InputName = (typeof inputNames)[number];

type InputAgent = Pick<Agent, 'input' | 'variable' | 'sourcesFolder'>;

/**
 * Reads and checks every input, before anything is contacted.
 * @throws TaskFailure EPP101, naming all bad inputs at once.
 */
export async function readInputs(agent: InputAgent): Promise<Inputs> {
  const problems = new InputProblems();
  const text = (name: InputName): string => agent.input(name);
  const required = <T>(name: InputName, parse: (value: string) => Parsed<T>): T | undefined =>
    problems.take(name, text(name), parse(text(name)));
  const optional = <T>(name: InputName, parse: (value: string) => Parsed<T>): T | undefined =>
    text(name) === '' ? undefined : required(name, parse);

  const command = required('command', parseCommand);
  const shared = {
    repository: required('repository', parseRepositoryName),
    tags: readTags(text('tags'), problems),
    region: optional('region', parseRegion),
    registryId: optional('registryId', parseRegistryId),
    ecrEndpoint: optional('ecrEndpoint', parseEndpoint),
    removeImage: required('removeImage', parseBoolean),
  };
  const sourceImage = optional('sourceImage', parseImageName);
  const build = command === 'push' ? undefined : await readBuild(agent, problems, required, optional);

  problems.throwIfAny();
  const { repository, tags, removeImage } = shared;
  if (command === undefined || repository === undefined || tags === undefined || removeImage === undefined) {
    throw new Error('an input without a value has no problem either');
  }
  const valid = { ...shared, repository, tags, removeImage };
  if (command === 'push')
    return { ...valid, command, sourceImage: sourceImage ?? `${repository}:${tags[0]}` };
  if (build === undefined) throw new Error('a build without a value has no problem either');
  return { ...valid, command, build };
}

type Read = <T>(name: InputName, parse: (value: string) => Parsed<T>) => T | undefined;

async function readBuild(
  agent: InputAgent,
  problems: InputProblems,
  required: Read,
  optional: Read,
): Promise<BuildRequest | undefined> {
  const context = resolve(agent.sourcesFolder, agent.input('context') || '.');
  if (!(await isFolder(context)))
    problems.add('context', context, { rule: 'a folder that is there', example: 'src/app' });
  const dockerfile = await findDockerfile(agent, context, problems);
  const variable = (name: string): string | undefined => agent.variable(name);
  const buildArgs = problems.takeAll('buildArgs', parseAssignments(agent.input('buildArgs'), variable));
  const labels = problems.takeAll('labels', parseAssignments(agent.input('labels')));
  const target = optional('target', parseStage);
  const platform = optional('platform', parsePlatform);
  const pull = required('pull', parseBoolean);
  const noCache = required('noCache', parseBoolean);
  if (dockerfile === undefined || pull === undefined || noCache === undefined) return undefined;
  return { context, dockerfile, buildArgs, labels, target, platform, pull, noCache };
}

function readTags(text: string, problems: InputProblems): readonly [Tag, ...Tag[]] | undefined {
  const texts = [...new Set(text.split(/[\n,]/).map((tag) => tag.trim()))].filter((tag) => tag !== '');
  const tags = texts
    .map((tag) => problems.take('tags', tag, parseTag(tag)))
    .filter((tag) => tag !== undefined);
  const [first, ...others] = tags;
  if (first !== undefined) return [first, ...others];
  if (texts.length === 0) problems.take('tags', '', parseTag(''));
  return undefined;
}

/**
 * As Docker@2 has it, the path is relative to the sources folder; where no such file is there, to the context. The
 * agent hands a path input over absolute, and an empty one as the sources folder.
 */
async function findDockerfile(
  agent: InputAgent,
  context: string,
  problems: InputProblems,
): Promise<string | undefined> {
  const input = agent.input('dockerfile');
  const given = resolve(agent.sourcesFolder, input);
  const fromSources = relative(agent.sourcesFolder, given);
  const candidates =
    input === '' || fromSources === ''
      ? [join(context, 'Dockerfile')]
      : [
          given,
          ...(isAbsolute(fromSources) || fromSources.startsWith('..') ? [] : [join(context, fromSources)]),
        ];
  for (const candidate of candidates) if (await isFile(candidate)) return candidate;
  problems.add('dockerfile', candidates.join(', then '), {
    rule: 'a file that is there',
    example: 'src/app/Dockerfile',
  });
  return undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return (await there(path)) && (await stat(path)).isDirectory();
}

async function isFile(path: string): Promise<boolean> {
  return (await there(path)) && (await stat(path)).isFile();
}

async function there(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
