import { EnginePushError } from '../docker/push.js';
import type { PushRefusal } from '../docker/push-refusal.js';
import { TaskFailure } from '../failure.js';
import { repositoryUri, type Repository, type Tag } from '../image-reference.js';
import { RegistryConnectionError, RegistryError } from '../registry/registry-error.js';
import { answerFailure } from '../registry/registry-failure.js';
import type { Verdict } from '../retry.js';

interface FailedPush {
  readonly repository: Repository;
  readonly tag: Tag;
  /** How often it was tried. */
  readonly attempts: number;
}

/** What the engine's words stand for, as the registry itself would have answered. */
const answers: Readonly<Partial<Record<PushRefusal, { readonly status: number; readonly code: string }>>> = {
  throttled: { status: 429, code: 'TOOMANYREQUESTS' },
  'server-error': { status: 500, code: '' },
  unauthorized: { status: 401, code: 'UNAUTHORIZED' },
  'token-expired': { status: 403, code: 'DENIED' },
  denied: { status: 403, code: 'DENIED' },
  'denied-without-reason': { status: 403, code: '' },
  'repository-not-found': { status: 404, code: 'NAME_UNKNOWN' },
  'tag-immutable': { status: 400, code: 'TAG_INVALID' },
};

/**
 * Whether a push through the engine is worth another try. A refusal that a fresh token may mend is worth one, and
 * one only: `renewed` says that it was given. So is a stall, which takes long to notice.
 */
export function judgeEnginePush(
  error: unknown,
  given: { readonly renewed: boolean; readonly stalls: number },
): Verdict {
  if (!(error instanceof EnginePushError)) return { retry: false };
  const { refusal, text: cause } = error;
  if (isTokenRefusal(error))
    return given.renewed ? { retry: false } : { retry: true, cause: `${cause}; with a fresh token` };
  if (refusal === 'stalled') return given.stalls > 1 ? { retry: false } : { retry: true, cause };
  const passing: readonly PushRefusal[] = ['throttled', 'server-error', 'connection'];
  return passing.includes(refusal) ? { retry: true, cause } : { retry: false };
}

/** Some engines drop the reason of a 403, so that an expired token cannot be told from a denial. */
export function isTokenRefusal(error: unknown): boolean {
  const refusals: readonly PushRefusal[] = ['unauthorized', 'token-expired', 'denied-without-reason'];
  return error instanceof EnginePushError && refusals.includes(error.refusal);
}

/** The user's reading of a push that the engine gave up, in the words for the registry's own answer. */
export function pushFailure(error: EnginePushError, { repository, tag, attempts }: FailedPush): TaskFailure {
  const { registry, name } = repository;
  const asked = {
    method: 'PUT',
    url: new URL(`${registry.scheme}://${registry.host}/v2/${name}/`),
    attempt: attempts,
  };
  const task = { registry, name, doing: 'take the image', action: 'ecr:PutImage', tag } as const;
  const answer = answers[error.refusal];
  if (answer !== undefined) {
    const entries = [{ code: answer.code, message: error.text }];
    const body = error.refusal === 'denied-without-reason' ? '' : JSON.stringify({ errors: entries });
    return answerFailure(
      new RegistryError(asked, { status: answer.status, retryAfter: undefined, body }),
      task,
    );
  }
  const image = `${repositoryUri(repository)}:${tag}`;
  switch (error.refusal) {
    case 'connection':
    case 'stalled':
      return answerFailure(
        new RegistryConnectionError(
          asked,
          { kind: error.refusal === 'stalled' ? 'timeout' : 'reset', text: error.text },
          error,
        ),
        task,
      );
    case 'untrusted-certificate':
      return answerFailure(
        new RegistryConnectionError(asked, { kind: 'tls', text: error.text }, error),
        task,
      );
    case 'no-space':
      return new TaskFailure('EPP409', {
        what: `The engine has no space left to push ${image}.`,
        why: `It says: ${error.text}`,
        fix: 'Free space under the data root of the engine (docker system df, docker builder prune), or give the agent a larger disk.',
        cause: error,
      });
    default:
      return new TaskFailure('EPP506', {
        what: `The engine could not push ${image}.`,
        why: `It says: ${error.text}`,
        fix: 'Read what it says; the preflight has shown that the registry can be reached and accepts uploads from the task.',
        cause: error,
      });
  }
}
