import { TaskFailure } from '../failure.js';
import { repositoryUri, type RegistryEndpoint, type RepositoryName, type Tag } from '../image-reference.js';
import { RegistryConnectionError, RegistryError } from './registry-error.js';

/** What was being done when the registry failed. */
export interface RegistryTask {
  readonly registry: RegistryEndpoint;
  readonly name: RepositoryName;
  /** As in "the registry refuses to …". */
  readonly doing: string;
  /** The IAM action that it takes. */
  readonly action: 'ecr:InitiateLayerUpload' | 'ecr:PutImage' | 'ecr:BatchGetImage';
  readonly tag?: Tag;
}

/** The user's reading of an error of the transport; every other error, a cancel for one, passes as it is. */
export function registryFailure(error: unknown, task: RegistryTask): unknown {
  const known = error instanceof RegistryError || error instanceof RegistryConnectionError;
  return known ? answerFailure(error, task) : error;
}

/** The user's reading of what the registry answered, whoever it answered to. */
export function answerFailure(
  error: RegistryError | RegistryConnectionError,
  task: RegistryTask,
): TaskFailure {
  if (error instanceof RegistryConnectionError)
    return error.reached ? keptFailing(error, task) : unreachable(error, task);
  if (error.has('NAME_UNKNOWN')) return missing(error, task);
  if (isImmutableTag(error)) return immutable(error, task);
  if (error.temporary) return keptFailing(error, task);
  if (error.tokenRefused || error.status === 403) return refused(error, task);
  return otherAnswer(error, task);
}

/** ECR's wording changed over time; the code did not. */
export function isImmutableTag(error: RegistryError): boolean {
  return error.has('TAG_INVALID') && /immutable|already exists|overwrit/i.test(error.text);
}

function missing(cause: RegistryError, task: RegistryTask): TaskFailure {
  return new TaskFailure('EPP501', {
    what: `The repository ${uri(task)} does not exist.`,
    why: `The registry says: ${cause.text}`,
    fix: `Check the inputs 'repository', 'region' and 'registryId', or create it: aws ecr create-repository --repository-name ${task.name}`,
    cause,
  });
}

function immutable(cause: RegistryError, task: RegistryTask): TaskFailure {
  return new TaskFailure('EPP503', {
    what: `The tag ${task.tag ?? ''} of ${uri(task)} is immutable and holds another image.`,
    why: `The registry says: ${cause.text}`,
    fix: 'Push under a tag that is not taken, such as $(Build.BuildId), or exclude this tag from the immutability of the repository.',
    cause,
  });
}

function refused(cause: RegistryError, task: RegistryTask): TaskFailure {
  const what = `The registry refuses to ${task.doing} in ${uri(task)}.`;
  if (cause.tokenRefused)
    return new TaskFailure('EPP502', {
      what,
      why: `It does not take a token that was fetched just before: ${answered(cause)}`,
      fix: "Check the agent's clock, and that the input 'ecrEndpoint', if set, belongs to the same registry.",
      cause,
    });
  if (cause.text === '') return new TaskFailure('EPP502', { what, ...silentRefusal(cause, task), cause });
  const action = /perform:\s*(ecr:\w+)/.exec(cause.text)?.[1];
  return new TaskFailure('EPP502', {
    what: action === undefined ? what : `${what} The permission ${action} is missing.`,
    why: `It says: ${cause.text}`,
    fix:
      action === undefined
        ? `Read what it says; the call takes ${task.action} on the repository.`
        : fixFor(action, cause.text, task),
    cause,
  });
}

function fixFor(action: string, text: string, task: RegistryTask): string {
  if (/VPC endpoint policy/i.test(text))
    return `Allow ${action} in the policy of the interface endpoint ${dataEndpoint(task)}.`;
  if (/explicit deny/i.test(text))
    return `Find the statement that denies ${action}: its condition may want the call to come through another VPC endpoint. Pushes carry the id of ${dataEndpoint(task)}, API calls that of ecr.api.`;
  return `Allow ${action} on ${task.name} in the policy of the agent's role; in another account, in the repository's policy too.`;
}

function silentRefusal(
  cause: RegistryError,
  task: RegistryTask,
): { readonly why: string; readonly fix: string } {
  const silence =
    cause.method === 'HEAD'
      ? 'It answered 403; an answer to HEAD has no body, so its reason is not known.'
      : 'It answered 403 without a word.';
  return {
    why: `${silence} Likely, in this order: the repository policy's condition on aws:SourceVpce does not name the endpoint that this call came through; the policy of that endpoint does not allow ${task.action}; the quota of images per repository is used up.`,
    fix: `Name the ids of both interface endpoints in the repository policy (pushes come through ${dataEndpoint(task)}, API calls through ecr.api); then look at the endpoint's policy; then at the quota of images per repository.`,
  };
}

function keptFailing(cause: RegistryError | RegistryConnectionError, task: RegistryTask): TaskFailure {
  const words = cause instanceof RegistryError ? answered(cause) : cause.message;
  return new TaskFailure('EPP504', {
    what: `The registry kept failing to ${task.doing} in ${uri(task)}.`,
    why: `${cause.attempt} ${cause.attempt === 1 ? 'attempt' : 'attempts'} failed; the last one: ${words}`,
    fix:
      cause instanceof RegistryError && cause.status === 429
        ? 'Run the job again; if it happens often, push fewer images or tags at once, or ask for a higher quota.'
        : 'Run the job again; if it happens often, look at the network between the agent and the endpoint.',
    cause,
  });
}

function unreachable(cause: RegistryConnectionError, task: RegistryTask): TaskFailure {
  return new TaskFailure('EPP302', {
    what: `The registry ${cause.host} cannot be reached.`,
    why: cause.fault?.text ?? cause.message,
    fix: `In a private VPC: check that the interface endpoint ${dataEndpoint(task)} exists with private DNS, and that its security group lets the agent in on port 443.`,
    cause,
  });
}

function otherAnswer(cause: RegistryError, task: RegistryTask): TaskFailure {
  return new TaskFailure('EPP506', {
    what: `The registry answers with an error: it was to ${task.doing} in ${uri(task)}.`,
    why: `It said: ${answered(cause)}`,
    fix: 'Read what it says. If it came from a proxy on the way, let the registry host past the proxy.',
    cause,
  });
}

function answered(error: RegistryError): string {
  return `HTTP ${error.status}${error.text === '' ? ', no text' : `, ${error.text}`}`;
}

function uri(task: RegistryTask): string {
  return repositoryUri(task);
}

/** The interface endpoint's service name; its region is in the name of an ECR host. */
function dataEndpoint({ registry }: RegistryTask): string {
  const region = /\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(registry.host)?.[1];
  return `com.amazonaws.${region ?? '<region>'}.ecr.dkr`;
}
