/**
 * Every failure that a user can meet, by its stable code. docs/troubleshooting.md has one heading for each, and a
 * test holds the two lists equal. 1xx inputs, 2xx credentials, 3xx network, 4xx engine and build, 5xx registry,
 * 9xx the task itself.
 */
export const failureTitles = {
  EPP101: 'An input is not valid',
  EPP102: 'The build context cannot be read',
  EPP201: 'No AWS credentials were found',
  EPP202: 'No AWS region was found',
  EPP203: 'AWS does not accept the credentials',
  EPP204: 'AWS refuses the call',
  EPP205: 'Amazon ECR answers with an error',
  EPP301: 'The ECR API cannot be reached',
  EPP302: 'The registry cannot be reached',
  EPP401: 'The Docker Engine does not answer',
  EPP402: 'The task may not use the Docker Engine socket',
  EPP403: 'This engine has no BuildKit',
  EPP404: 'A build step failed',
  EPP405: 'The build could not be started',
  EPP406: 'The engine ended the build',
  EPP407: 'A base image cannot be pulled',
  EPP408: 'The image to push is not in the engine',
  EPP409: 'The engine has no space left',
  EPP501: 'The repository does not exist',
  EPP502: 'The registry refuses the push',
  EPP503: 'The tag is immutable and holds another image',
  EPP504: 'The registry kept failing',
  EPP505: 'A tag does not hold the digest that was pushed',
  EPP506: 'The registry answers with an error',
  EPP507: 'The engine pushed another image',
  EPP901: 'The task met something it did not expect',
  EPP902: 'The run was cancelled',
} as const;

export type FailureCode = keyof typeof failureTitles;

interface FailureText {
  /** What failed, in one sentence, with the names that matter. */
  readonly what: string;
  /** Why, as observed. Where the cause cannot be known: the likely causes, in order, said to be likely. */
  readonly why: string;
  /** What the reader does next. */
  readonly fix: string;
  readonly cause?: unknown;
}

/** A failure that is ready to be read by the user. Made where the cause is known; passes through untouched. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  readonly code: FailureCode;
  readonly what: string;
  readonly why: string;
  readonly fix: string;

  constructor(code: FailureCode, text: FailureText) {
    super(`${code} ${text.what}`, text.cause === undefined ? undefined : { cause: text.cause });
    this.code = code;
    this.what = text.what;
    this.why = text.why;
    this.fix = text.fix;
  }

  /** The lines that the log shows, most important first. */
  lines(): readonly string[] {
    return [
      `${this.code}: ${this.what}`,
      `Why: ${this.why}`,
      `Fix: ${this.fix}`,
      `More: docs/troubleshooting.md#${this.code.toLowerCase()}`,
    ];
  }
}

/** What to tell the user of an error that nobody made for them. */
export function unexpectedFailure(error: unknown): TaskFailure {
  if (error instanceof TaskFailure) return error;
  return new TaskFailure('EPP901', {
    what: 'The task met something it did not expect.',
    why: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    fix: 'Run again with the variable system.debug set to true and report the log as an issue: this is a fault of the task.',
    cause: error,
  });
}
