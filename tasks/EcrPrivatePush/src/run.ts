import type { Agent } from './agent/agent.js';
import type { Clock } from './clock.js';
import type { RetryPolicy } from './retry.js';

/** What a run works with: everything that touches the world, passed in at the edge. */
export interface Run {
  readonly agent: Pick<Agent, 'log' | 'mask' | 'setOutput' | 'uploadSummary'>;
  readonly clock: Clock;
  /** The process's environment; the AWS SDK and the Docker client's conventions are read from it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly fetch: typeof fetch;
  /** Aborted with a TaskFailure EPP902 when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly policy: RunPolicy;
}

/** How patient a run is, all in milliseconds. Data, so that a test's twin can be a thousand times faster. */
export interface RunPolicy {
  readonly registryRetry: RetryPolicy;
  /** Without a sign of life from the engine or the registry for this long, an attempt is given up. */
  readonly stallTimeout: number;
  /** How long a registry request may take that carries no layer. */
  readonly requestTimeout: number;
  /** How long cleaning up may take, also after a cancel: the agent kills the process 10 s after it. */
  readonly cleanUpTimeout: number;
}

export const runPolicy: RunPolicy = {
  // ECR's throttles reset within a second; its worst minute is outlived by six tries over about 15 s.
  registryRetry: { attempts: 6, firstDelay: 500, maxDelay: 10_000 },
  stallTimeout: 120_000,
  requestTimeout: 20_000,
  cleanUpTimeout: 3_000,
};
