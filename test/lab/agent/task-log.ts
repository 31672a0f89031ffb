import { readFileSync } from 'node:fs';
import { parseLoggingCommand, type LoggingCommand } from './logging-command.js';
import type { TaskDefinition } from './task-definition.js';

export type TaskResult = 'Succeeded' | 'SucceededWithIssues' | 'Failed';

export interface Issue {
  readonly type: 'error' | 'warning';
  readonly message: string;
}

const severity: readonly TaskResult[] = ['Succeeded', 'SucceededWithIssues', 'Failed'];

/** What the agent's restricted mode lets through; uploading a summary is not among it. */
const allowedWhenRestricted = [
  'complete',
  'debug',
  'logdetail',
  'logissue',
  'issue',
  'prependpath',
  'setprogress',
  'setsecret',
  'settaskvariable',
  'setvariable',
];
const allowedOtherwise = ['addattachment', 'setendpoint', 'uploadfile', 'uploadsummary'];
const taskCommands = new Set([...allowedWhenRestricted, ...allowedOtherwise].map((name) => `task.${name}`));
const restrictedTaskCommands = new Set(allowedWhenRestricted.map((name) => `task.${name}`));

/** Does with a task's output what the agent does: obeys the commands in it, masks the secrets, shows the rest. */
export class TaskLog {
  /** The lines as the agent shows them. */
  readonly lines: string[] = [];
  /** The lines as the task printed them. Holds secrets. */
  readonly rawLines: string[] = [];
  readonly issues: Issue[] = [];
  /** What the steps that follow in the job see. */
  readonly variables = new Map<string, string>();
  /** What other jobs and stages see. */
  readonly outputVariables = new Map<string, string>();
  /** The text of each summary page, as it was when the task handed it over. */
  readonly summaries: string[] = [];
  /** The values that the task asked to have masked. */
  readonly secrets: string[] = [];
  result: TaskResult = 'Succeeded';

  readonly #definition: TaskDefinition;
  readonly #showDebug: boolean;
  readonly #onLine: (line: string) => void;
  readonly #masked = new Set<string>();

  constructor(
    definition: TaskDefinition,
    secrets: readonly string[],
    showDebug: boolean,
    onLine: (line: string) => void,
  ) {
    this.#definition = definition;
    this.#showDebug = showDebug;
    this.#onLine = onLine;
    for (const secret of secrets) this.#mask(secret);
  }

  take(line: string): void {
    this.rawLines.push(line);
    const command = parseLoggingCommand(line);
    if (command !== undefined) {
      this.#obey(command);
      return;
    }
    if (line.includes('##vso')) this.#issue('warning', `A logging command that cannot be read: ${line}`);
    this.#show(line);
  }

  /** A result never becomes better than it was. */
  worsen(result: TaskResult): void {
    if (severity.indexOf(result) > severity.indexOf(this.result)) this.result = result;
  }

  #obey(command: LoggingCommand): void {
    if (command.name.startsWith('task.') && !taskCommands.has(command.name)) {
      this.#issue('error', `There is no command ${command.name}`);
      this.worsen('Failed');
      return;
    }
    if (this.#definition.restrictedCommands && !restrictedTaskCommands.has(command.name)) {
      this.#issue('warning', `${command.name} is not allowed under restrictions.commands.mode`);
      return;
    }
    this.#effects[command.name]?.(command);
  }

  readonly #effects: Readonly<Record<string, (command: LoggingCommand) => void>> = {
    'task.complete': ({ properties }) => {
      const result = severity.find((known) => known === properties.get('result'));
      if (result === undefined)
        throw new Error(`task.complete with result ${String(properties.get('result'))}`);
      this.worsen(result);
    },
    'task.debug': ({ data }) => {
      if (this.#showDebug) this.#show(`##[debug]${data}`);
    },
    'task.logissue': (command) => {
      this.#logIssue(command);
    },
    // An alias that the agent knows; it is the one that azure-pipelines-task-lib prints.
    'task.issue': (command) => {
      this.#logIssue(command);
    },
    'task.setsecret': ({ data }) => {
      this.secrets.push(data);
      this.#mask(data);
    },
    'task.setvariable': (command) => {
      this.#setVariable(command);
    },
    'task.uploadsummary': ({ data }) => {
      this.summaries.push(readFileSync(data, 'utf8'));
    },
  };

  #setVariable({ properties, data }: LoggingCommand): void {
    const name = properties.get('variable') ?? '';
    const allowed = this.#definition.settableVariables;
    if (allowed !== undefined && !allowed.some((known) => known.toLowerCase() === name.toLowerCase())) {
      this.#issue('warning', `Setting the variable '${name}' is not allowed by the task's restrictions`);
      return;
    }
    if (properties.get('issecret')?.toLowerCase() === 'true') this.#mask(data);
    const isOutput = properties.get('isoutput')?.toLowerCase() === 'true';
    (isOutput ? this.outputVariables : this.variables).set(name, data);
  }

  #logIssue({ properties, data }: LoggingCommand): void {
    this.#issue(properties.get('type')?.toLowerCase() === 'error' ? 'error' : 'warning', data);
  }

  #issue(type: Issue['type'], message: string): void {
    this.issues.push({ type, message });
    for (const line of message.split('\n')) this.#show(`##[${type}]${line}`);
  }

  #mask(value: string): void {
    for (const line of value.split(/\r?\n/)) if (line.trim() !== '') this.#masked.add(line);
  }

  #show(line: string): void {
    const longestFirst = [...this.#masked].sort((one, other) => other.length - one.length);
    const masked = longestFirst.reduce((text, secret) => text.replaceAll(secret, '***'), line);
    this.lines.push(masked);
    this.#onLine(masked);
  }
}
