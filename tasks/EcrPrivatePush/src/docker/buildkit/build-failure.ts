import { TaskFailure } from '../../failure.js';
import { baseImageFailure, soughtImage } from './base-image-failure.js';
import { grpcStatus, type GrpcError } from './grpc.js';
import type { FailedStep } from './progress.js';

export interface FailedBuild {
  readonly error: GrpcError;
  readonly step: FailedStep | undefined;
  /** The Dockerfile as the user knows it, with the line where that is known: `docker/Dockerfile:7`. */
  readonly location: string;
}

/** What the end of a solve with an error means for the user. */
export function buildFailure(build: FailedBuild): TaskFailure {
  const { error, step } = build;
  if (isOutOfSpace(build)) return outOfSpace(build);
  const image = step === undefined ? undefined : soughtImage(step);
  if (step !== undefined && image !== undefined)
    return baseImageFailure({ ...image, step, error, location: build.location });
  if (step !== undefined && (step.step.kind === 'instruction' || !step.step.name.startsWith('[internal]')))
    return stepFailure(step, build);
  if (error.status === grpcStatus.cancelled || error.status === grpcStatus.unavailable)
    return engineEnded(error.message, error);
  return notStarted(build);
}

/** The engine went away, or ended the build without a reason that lies in the build. */
export function engineEnded(why: string, cause: unknown): TaskFailure {
  return new TaskFailure('EPP406', {
    what: 'The engine ended the build.',
    why: `The connection to BuildKit was lost or the build was taken down before it had ended: ${why}`,
    fix: 'See whether the Docker Engine was stopped or restarted on the agent, or ran out of memory (`journalctl -u docker`), and run again.',
    cause,
  });
}

const noSpace = /no space left on device|disk quota exceeded/i;

function isOutOfSpace({ error, step }: FailedBuild): boolean {
  return (
    noSpace.test(error.message) || (step !== undefined && step.lastLines.some((line) => noSpace.test(line)))
  );
}

function outOfSpace({ error, step }: FailedBuild): TaskFailure {
  const said = step?.lastLines.findLast((line) => noSpace.test(line)) ?? cleaned(error.message);
  return new TaskFailure('EPP409', {
    what:
      step === undefined
        ? 'The engine has no space left.'
        : `The engine has no space left, at ${step.step.name}.`,
    why: said.trim(),
    fix: "Free space on the agent's disk: `docker system df` shows what takes it, `docker builder prune` and `docker image prune` give it back. Or give the disk more room.",
    cause: error,
  });
}

function stepFailure({ step, error: text }: FailedStep, { error, location }: FailedBuild): TaskFailure {
  const code = /exit code: (\d+)/.exec(text)?.[1];
  const what = `The build step ${step.name} failed${step.kind === 'instruction' ? `, ${location}` : ''}.`;
  if (code === undefined)
    return new TaskFailure('EPP404', { what, why: cleaned(text), fix: fixOfStep(text), cause: error });
  return new TaskFailure('EPP404', { what, ...exitCode(Number(code)), cause: error });
}

function exitCode(code: number): { readonly why: string; readonly fix: string } {
  const why = `Its command ended with exit code ${String(code)}`;
  if (code === 137)
    return {
      why: `${why}: it was killed. Most likely the agent ran out of memory.`,
      fix: 'Let the command use less memory (fewer parallel jobs), or use a larger instance. `dmesg` on the agent shows whether the kernel killed it.',
    };
  if (code === 127)
    return {
      why: `${why}: the shell did not find a command.`,
      fix: 'See its last lines above for the name; install the command in an earlier step, or correct its path.',
    };
  return { why: `${why}.`, fix: 'See its last lines above.' };
}

function fixOfStep(text: string): string {
  if (/not found/.test(text))
    return 'Correct the path: it is relative to the build context, or to the root of the stage of --from. See also whether the .dockerignore file leaves it out.';
  return 'Correct this instruction of the Dockerfile.';
}

function notStarted({ error, location }: FailedBuild): TaskFailure {
  const why = cleaned(error.message);
  return new TaskFailure('EPP405', {
    what: `The build of ${location} could not be started.`,
    why,
    fix: fixOfDockerfile(why),
    cause: error,
  });
}

const dockerfileFixes: readonly (readonly [RegExp, string])[] = [
  [
    /unknown instruction/i,
    'Correct the name of the instruction at this line. The line before may lack its `\\` at the end.',
  ],
  [
    /target stage .* could not be found/i,
    'Let the input target name a stage of the Dockerfile, as in `FROM … AS <target>`.',
  ],
  [/cannot be empty|no build stage/i, 'Begin the Dockerfile with a FROM instruction.'],
  [
    /invalid reference format/i,
    'Correct the image name in the FROM instruction: lower-case letters, `[host/]name[:tag]`.',
  ],
  [/no active session/i, 'Run again. If it stays, report the log as an issue.'],
  [
    /failed to parse platform|unknown operating system|platform/i,
    'Let the input platform be like linux/amd64 or linux/arm64.',
  ],
];

function fixOfDockerfile(why: string): string {
  return dockerfileFixes.find(([pattern]) => pattern.test(why))?.[1] ?? 'Correct the Dockerfile.';
}

/** Without what BuildKit puts before the cause. */
function cleaned(text: string): string {
  const layers =
    /^(?:failed to solve(?: with frontend \S+)?|failed to create LLB definition|failed to compute cache key|rpc error: code = \w+ desc =|executor failed running \[.*?\]): ?/s;
  let rest = text;
  while (layers.test(rest)) rest = rest.replace(layers, '');
  return rest;
}
