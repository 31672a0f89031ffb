import { TaskFailure } from '../failure.js';
import { networkFault } from '../network-fault.js';
import type { Region } from './region.js';

interface AwsCall {
  readonly action: 'ecr:GetAuthorizationToken' | 'ecr:DescribeRepositories';
  readonly region: Region;
  /** Another URL than the region's own. */
  readonly endpoint: URL | undefined;
}

const credentialsRefused: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
]);

/** The user's reading of an error of the SDK; a TaskFailure passes as it is. */
export function awsFailure(error: unknown, call: AwsCall): TaskFailure {
  if (error instanceof TaskFailure) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  if (/ProviderError$/.test(cause.name)) return noCredentials(cause, call);
  if (credentialsRefused.has(cause.name)) return refusedCredentials(cause, call);
  if (isAccessDenied(cause)) return denied(cause, call);
  return unreachable(cause, call) ?? errorAnswer(cause, call);
}

/** A 403 that does not even carry a name is no answer of ECR's own, and a refusal all the same. */
export function isAccessDenied(error: Error): boolean {
  return /^AccessDenied(Exception)?$/.test(error.name) || isSilentRefusal(error);
}

function isSilentRefusal(error: Error): boolean {
  return (
    metadataOf(error).status === 403 && !/Exception$/.test(error.name) && networkFault(error) === undefined
  );
}

/** AWS's own words: one line, bounded, without what a signature error quotes of the request. */
export function awsText(error: Error): string {
  const line = error.message.split(/[\r\n]|The Canonical String/, 1)[0] ?? '';
  return line
    .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '***')
    .replace(/\b(Signature=|security-token[:=]\s*)\S+/gi, '$1***')
    .slice(0, 1024)
    .trim();
}

function noCredentials(cause: Error, call: AwsCall): TaskFailure {
  return new TaskFailure('EPP201', {
    what: `No AWS credentials were found for ${call.action} in ${call.region}.`,
    why: `The SDK looked at the AWS_… variables, the shared config and credentials files (SSO, process and web identity included), the container's credentials and the instance profile; it says: ${awsText(cause)}`,
    fix: "Give the agent's EC2 instance an instance profile whose role may push to the repository. If it has one and the agent runs in a container, a hop limit of 1 on instance metadata is the likely cause: aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2 --instance-id <instance>.",
    cause,
  });
}

/** Carries no cause: a signature error quotes the request, the session token included. */
function refusedCredentials(cause: Error, call: AwsCall): TaskFailure {
  const clock = /signature (?:expired|not yet current)|request has expired/i.test(cause.message);
  const expired = /^ExpiredToken/.test(cause.name);
  return new TaskFailure('EPP203', {
    what: `AWS does not accept the credentials for ${call.action} ${place(call)}.`,
    why: `It answered ${cause.name}: ${awsText(cause)}${clock ? " The agent's clock and AWS's differ by more than a signature may." : ''}`,
    fix: clock
      ? "Set the agent's clock: on EC2 by chrony and the Amazon Time Sync Service (169.254.169.123)."
      : expired
        ? 'Renew the credentials that the agent holds; those of an instance profile renew themselves.'
        : 'Check for stale AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY or AWS_SESSION_TOKEN variables on the agent or in the pipeline: they come before the instance profile.',
  });
}

function denied(cause: Error, call: AwsCall): TaskFailure {
  const text = awsText(cause);
  const action = /perform:\s*([\w-]+:\w+)/.exec(text)?.[1] ?? call.action;
  const principal = /\b(arn:aws[\w-]*:(?:iam|sts)::\d{12}:\S+)/.exec(text)?.[1];
  const byEndpoint = /VPC endpoint policy/i.test(text);
  return new TaskFailure('EPP204', {
    what: `AWS refuses ${action} ${place(call)}${principal === undefined ? '' : ` to ${principal}`}.`,
    why: isSilentRefusal(cause)
      ? 'It answered HTTP 403 without a reason. Likely, in this order: a proxy on the way refuses the host; the policy of the interface endpoint does not allow the call.'
      : `It says: ${text}`,
    fix: isSilentRefusal(cause)
      ? `Let the host past the proxy (NO_PROXY); then look at the policy of the interface endpoint com.amazonaws.${call.region}.ecr.api.`
      : byEndpoint
        ? `Allow ${action} in the policy of the interface endpoint com.amazonaws.${call.region}.ecr.api.`
        : `Allow ${action} in the policy of the role that the agent uses.`,
    cause,
  });
}

function unreachable(cause: Error, call: AwsCall): TaskFailure | undefined {
  const fault = networkFault(cause) ?? sdkTimeout(cause);
  if (fault === undefined) return undefined;
  return new TaskFailure('EPP301', {
    what: `The ECR API cannot be reached ${place(call)}.`,
    why: fault.text,
    fix:
      call.endpoint === undefined
        ? `In a private VPC: check that the interface endpoint com.amazonaws.${call.region}.ecr.api exists with private DNS, and that its security group lets the agent in on port 443.`
        : "Check the input 'ecrEndpoint', and that the agent reaches that host.",
    cause,
  });
}

/** The SDK's own timeouts carry no code. */
function sdkTimeout(cause: Error): { readonly text: string } | undefined {
  return cause.name === 'TimeoutError' ? { text: `No answer came in time (${awsText(cause)}).` } : undefined;
}

function errorAnswer(cause: Error, call: AwsCall): TaskFailure {
  const { status, attempts } = metadataOf(cause);
  const after = attempts > 1 ? ` after ${attempts} attempts` : '';
  return new TaskFailure('EPP205', {
    what: `Amazon ECR answers ${call.action} with an error ${place(call)}.`,
    why: `The answer${after} was ${cause.name}${status === undefined ? '' : ` (HTTP ${status})`}: ${awsText(cause)}`,
    fix: isThrottle(cause)
      ? 'Run the job again; if it happens often, fewer jobs at once, or a higher quota for ECR in this account.'
      : 'If AWS has an event in this region, run the job again later. Else check what the answer says.',
    cause,
  });
}

function isThrottle(cause: Error): boolean {
  return /throttl|TooManyRequests|RequestLimitExceeded/i.test(cause.name);
}

function metadataOf(cause: Error): { readonly status: number | undefined; readonly attempts: number } {
  const metadata: unknown = '$metadata' in cause ? cause.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null) return { status: undefined, attempts: 1 };
  return {
    status:
      'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number'
        ? metadata.httpStatusCode
        : undefined,
    attempts: 'attempts' in metadata && typeof metadata.attempts === 'number' ? metadata.attempts : 1,
  };
}

function place(call: AwsCall): string {
  return call.endpoint === undefined ? `in ${call.region}` : `in ${call.region}, at ${call.endpoint.origin}`;
}
