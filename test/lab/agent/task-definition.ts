import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the agent and the server read of a task.json. */
export interface TaskDefinition {
  readonly inputs: readonly TaskInput[];
  /** Names that the task may set; undefined where it may set any. */
  readonly settableVariables: readonly string[] | undefined;
  /** Whether `restrictions.commands.mode` is `restricted`. */
  readonly restrictedCommands: boolean;
  /** File to run, by the name of the handler. */
  readonly execution: ReadonlyMap<string, string>;
}

export interface TaskInput {
  readonly name: string;
  readonly type: string;
  readonly aliases: readonly string[];
  readonly defaultValue: string;
}

export async function readTaskDefinition(taskFolder: string): Promise<TaskDefinition> {
  const json = object(JSON.parse(await readFile(join(taskFolder, 'task.json'), 'utf8')));
  const restrictions = object(json['restrictions'] ?? {});
  const settable = object(restrictions['settableVariables'] ?? {})['allowed'];
  return {
    inputs: list(json['inputs'] ?? []).map((input) => taskInput(object(input))),
    settableVariables: settable === undefined ? undefined : list(settable).map(text),
    restrictedCommands: object(restrictions['commands'] ?? {})['mode'] === 'restricted',
    execution: new Map(
      Object.entries(object(json['execution'])).map(([name, handler]) => [
        name,
        text(object(handler)['target']),
      ]),
    ),
  };
}

function taskInput(json: Record<string, unknown>): TaskInput {
  return {
    name: text(json['name']),
    type: text(json['type']),
    aliases: list(json['aliases'] ?? []).map(text),
    defaultValue: text(json['defaultValue'] ?? ''),
  };
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('task.json: an object is expected');
  return value as Record<string, unknown>;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('task.json: a list is expected');
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error('task.json: a text is expected');
  return value;
}
