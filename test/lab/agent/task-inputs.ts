import { resolve } from 'node:path';
import type { TaskDefinition, TaskInput } from './task-definition.js';

interface Pipeline {
  /** Variables by name, secret ones included. */
  readonly variables: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly sourcesFolder: string;
}

/**
 * The inputs as the task gets them: the server puts canonical names in place of aliases, the agent applies defaults,
 * trims, expands `$(…)` and makes file paths absolute.
 * @throws Error for a name that the task does not have, or one input given twice.
 */
export function resolveInputs(
  definition: TaskDefinition,
  given: Readonly<Record<string, string>>,
  pipeline: Pipeline,
): ReadonlyMap<string, string> {
  const values = byCanonicalName(definition, given);
  return new Map(
    definition.inputs.map((input) => {
      const expanded = expand(values.get(input.name) ?? input.defaultValue, pipeline);
      return [input.name, input.type === 'filePath' ? resolve(pipeline.sourcesFolder, expanded) : expanded];
    }),
  );
}

function byCanonicalName(
  { inputs }: TaskDefinition,
  given: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const input = inputs.find((candidate) => isCalled(candidate, name));
    if (input === undefined) throw new Error(`the task has no input '${name}'`);
    if (values.has(input.name)) throw new Error(`the input '${input.name}' is given twice`);
    values.set(input.name, value.trim());
  }
  return values;
}

function isCalled({ name, aliases }: TaskInput, asked: string): boolean {
  return [name, ...aliases].some((candidate) => candidate.toLowerCase() === asked.toLowerCase());
}

/** A name that is neither a variable nor in the environment stays as it is written. */
function expand(text: string, { variables, environment }: Pipeline): string {
  return text.replace(
    /\$\(([^()]+)\)/g,
    (written: string, name: string) => valueOf(variables, name) ?? valueOf(environment, name) ?? written,
  );
}

function valueOf(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(values).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}
