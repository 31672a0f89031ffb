import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as task from 'azure-pipelines-task-lib/task.js';
import type { TaskFailure } from '../failure.js';
import type { Log } from '../log.js';
import type { Agent } from './agent.js';
import { neutralLine, neutralLines } from './neutralise.js';

/**
 * The Azure Pipelines agent, spoken to by logging commands on standard output. Importing this file makes
 * azure-pipelines-task-lib take the inputs and secrets out of the environment, so that no child process sees them.
 */
export function azurePipelinesAgent(write: (line: string) => void): Agent {
  const temporaryFolder = task.getVariable('Agent.TempDirectory') ?? process.cwd();
  return {
    log: agentLog(write),
    temporaryFolder,
    sourcesFolder: task.getVariable('System.DefaultWorkingDirectory') ?? process.cwd(),
    input: (name) => task.getInput(name)?.trim() ?? '',
    variable: (name) => task.getVariable(name),
    mask: (secret) => {
      task.setSecret(secret.reveal());
    },
    setOutput: (name, value) => {
      task.setVariable(name, value, false, false);
      task.setVariable(name, value, false, true);
    },
    uploadSummary: async (markdown) => {
      const file = join(temporaryFolder, `ecr-private-push-${randomUUID()}`, 'EcrPrivatePush.md');
      task.mkdirP(join(file, '..'));
      // The agent uploads the file after this process has ended and empties the folder when the job does.
      await writeFile(file, markdown);
      task.uploadSummary(file);
    },
    succeed: (message) => {
      // The agent shows the message of a result on the step, and not in the log.
      for (const line of neutralLines(message)) write(line);
      task.setResult(task.TaskResult.Succeeded, neutralLine(message));
    },
    fail: (failure) => {
      reportFailure(failure);
    },
  };
}

function agentLog(write: (line: string) => void): Log {
  return {
    info: (line) => {
      for (const neutral of neutralLines(line)) write(neutral);
    },
    warning: (line) => {
      task.warning(neutralLine(line), task.IssueSource.TaskInternal);
    },
    debug: (line) => {
      task.debug(neutralLine(line));
    },
    group: (title) => {
      write(`##[group]${neutralLine(title)}`);
    },
    endGroup: () => {
      write('##[endgroup]');
    },
  };
}

function reportFailure(failure: TaskFailure): void {
  const text = failure.lines().flatMap(neutralLines).join('\n');
  task.error(text, task.IssueSource.TaskInternal);
  // Not setResult: it would report the message as a second error.
  task.command('task.complete', { result: 'Failed' }, neutralLine(`${failure.code}: ${failure.what}`));
}
