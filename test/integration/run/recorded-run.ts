import type { Clock } from '../../../tasks/EcrPrivatePush/src/clock.js';
import { systemClock } from '../../../tasks/EcrPrivatePush/src/clock.js';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import {
  parseRepositoryName,
  parseTag,
  type Tag,
} from '../../../tasks/EcrPrivatePush/src/image-reference.js';
import type { Inputs } from '../../../tasks/EcrPrivatePush/src/inputs.js';
import { pushImage } from '../../../tasks/EcrPrivatePush/src/push-image.js';
import type { RunPolicy } from '../../../tasks/EcrPrivatePush/src/run.js';
import type { LabEcr } from '../../lab/ecr/lab-ecr.js';

/** The twin of the real policy, patient for milliseconds where that is for seconds. */
const impatient: RunPolicy = {
  registryRetry: { attempts: 4, firstDelay: 5, maxDelay: 20 },
  stallTimeout: 2_500,
  requestTimeout: 700,
  cleanUpTimeout: 3_000,
};

export interface RecordedRun {
  readonly outcome:
    | { readonly kind: 'success'; readonly closing: string }
    | { readonly kind: 'failure'; readonly failure: TaskFailure };
  readonly lines: readonly string[];
  readonly outputs: ReadonlyMap<string, string>;
  readonly summaries: readonly string[];
}

/** Runs the task's story in this process against a real engine and the lab's ECR, and keeps what it said. */
export async function recordRun(
  inputs: Inputs,
  lab: LabEcr,
  dockerHost: string,
  options: { readonly clock?: Clock; readonly signal?: AbortSignal; readonly policy?: RunPolicy } = {},
): Promise<RecordedRun> {
  const lines: string[] = [];
  const outputs = new Map<string, string>();
  const summaries: string[] = [];
  const note = (line: string): void => void lines.push(line);
  const log = { info: note, warning: note, debug: () => undefined, group: note, endGroup: () => undefined };
  const agent = {
    log,
    mask: () => undefined,
    setOutput: (name: string, value: string) => void outputs.set(name, value),
    uploadSummary: (page: string) => Promise.resolve(void summaries.push(page)),
  };
  const run = {
    agent,
    clock: options.clock ?? systemClock,
    environment: labEnvironment(lab, dockerHost),
    fetch,
    signal: options.signal ?? new AbortController().signal,
    policy: options.policy ?? impatient,
  };
  const outcome = await pushImage(inputs, run).then(
    (closing) => ({ kind: 'success', closing }) as const,
    (error: unknown) => {
      if (error instanceof TaskFailure) return { kind: 'failure', failure: error } as const;
      throw error;
    },
  );
  return { outcome, lines, outputs, summaries };
}

/** What the SDK and the engine's client read: the lab's only principal and the engine, nothing of this machine. */
function labEnvironment(lab: LabEcr, dockerHost: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], DOCKER_HOST: dockerHost, AWS_REGION: lab.region, HOME: '/nonexistent' };
}

export function pushInputs(
  lab: LabEcr,
  repository: string,
  sourceImage: string,
  tags: readonly [string, ...string[]],
): Inputs {
  const [first, ...others] = tags;
  return {
    command: 'push',
    sourceImage,
    repository: checked(parseRepositoryName(repository)),
    tags: [tag(first), ...others.map(tag)],
    region: undefined,
    registryId: undefined,
    ecrEndpoint: new URL(lab.url),
    removeImage: true,
  };
}

function tag(text: string): Tag {
  return checked(parseTag(text));
}

function checked<T>(
  parsed: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly rule: string },
): T {
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.rule);
}
