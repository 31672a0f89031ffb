import type { Log } from '../log.js';
import type { Secret } from '../secret.js';
import type { TaskFailure } from '../failure.js';

/** What the task asks of the CI system that runs it. */
export interface Agent {
  readonly log: Log;
  /** The folder that the agent empties when the job ends. */
  readonly temporaryFolder: string;
  /** The folder of the sources, absolute. */
  readonly sourcesFolder: string;
  /** An input's text without white space around it; empty when it is not set. */
  input(name: string): string;
  /** A pipeline variable, secret ones included, or else an environment variable. */
  variable(name: string): string | undefined;
  /** Has the agent replace the value with `***` wherever it is printed. */
  mask(secret: Secret): void;
  /** Sets a variable for the steps that follow in this job, and an output variable for other jobs and stages. */
  setOutput(name: string, value: string): void;
  /** Puts a markdown page on the run's Extensions tab. */
  uploadSummary(markdown: string): Promise<void>;
  succeed(message: string): void;
  fail(failure: TaskFailure): void;
}
