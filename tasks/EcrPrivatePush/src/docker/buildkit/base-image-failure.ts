import { TaskFailure } from '../../failure.js';
import type { GrpcError } from './grpc.js';
import type { FailedStep } from './progress.js';

export interface SoughtImage {
  readonly image: string;
  /** `syntax`: the image of the Dockerfile's `# syntax=` line, which is its interpreter. */
  readonly use: 'base' | 'syntax';
}

interface FailedImage extends SoughtImage {
  readonly step: FailedStep;
  readonly error: GrpcError;
  readonly location: string;
}

/** The image that the engine looked for at this step, if that is what it did. */
export function soughtImage({ step: { name } }: FailedStep): SoughtImage | undefined {
  const syntax = /^resolve image config for (?:docker-image:\/\/)?(\S+)/.exec(name)?.[1];
  if (syntax !== undefined) return { image: syntax, use: 'syntax' };
  const base =
    /^\[internal\] load metadata for (\S+)/.exec(name)?.[1] ?? /^\[[^\]]*\] FROM (\S+)/.exec(name)?.[1];
  return base === undefined ? undefined : { image: base, use: 'base' };
}

type Reason = 'unreachable' | 'untrusted' | 'throttled' | 'refused' | 'missing' | 'other';

/** By the first that matches the text of the engine. */
const reasons: readonly (readonly [RegExp, Reason])[] = [
  [/x509|certificate/i, 'untrusted'],
  [
    /no such host|network is unreachable|no route to host|connection refused|connection reset|i\/o timeout|TLS handshake timeout|deadline exceeded|server misbehaving|dial tcp|Client\.Timeout|: EOF$/i,
    'unreachable',
  ],
  [/429|too ?many ?requests/i, 'throttled'],
  [/\b40[13]\b|unauthorized|authorization failed|forbidden|denied|no basic auth/i, 'refused'],
  [/not found|manifest unknown|\b404\b|no match for platform/i, 'missing'],
];

/** Why an image that the Dockerfile needs could not be had: EPP407. */
export function baseImageFailure(failed: FailedImage): TaskFailure {
  const { image, use, step, error, location } = failed;
  const host = registryOf(image);
  const reason = reasons.find(([pattern]) => pattern.test(step.error))?.[1] ?? 'other';
  const role = use === 'syntax' ? 'The image of the `# syntax=` line' : 'The base image';
  return new TaskFailure('EPP407', {
    what: `${role} ${image} cannot be pulled (${location}).`,
    why: `${observed(reason, host)} The engine says: ${step.error}`,
    fix: fixOf(reason, host, use),
    cause: error,
  });
}

const dockerHub = 'docker.io';

/** A name's first part is a host if it looks like one; else it is on Docker Hub. */
function registryOf(image: string): string {
  const [first = ''] = image.split('/');
  return image.includes('/') && /[.:]|^localhost$/.test(first) ? first : dockerHub;
}

function isEcr(host: string): boolean {
  return /\.dkr[.-]ecr(?:-fips)?\./.test(host);
}

function observed(reason: Reason, host: string): string {
  switch (reason) {
    case 'unreachable':
      return `The engine cannot reach the registry ${host}.`;
    case 'untrusted':
      return `The engine does not trust the certificate of the registry ${host}.`;
    case 'throttled':
      return `The registry ${host} limits how often it is asked.`;
    case 'refused':
      return `The registry ${host} refuses the pull.`;
    case 'missing':
      return `The registry ${host} does not have it.`;
    case 'other':
      return `Asking the registry ${host} failed.`;
  }
}

function fixOf(reason: Reason, host: string, use: FailedImage['use']): string {
  switch (reason) {
    case 'unreachable':
      return unreachableFix(host, use);
    case 'untrusted':
      return `Put the authority that signed the certificate where the engine looks for it: /etc/docker/certs.d/${host}/ca.crt on the agent.`;
    case 'throttled':
      return `Run again later, pull with an account, or pull through Amazon ECR: ${pullThrough(host, use)}`;
    case 'refused':
      return isEcr(host)
        ? "Allow the agent's role ecr:BatchGetImage, ecr:GetDownloadUrlForLayer and ecr:BatchCheckLayerAvailability on that repository, and in the repository's policy when it is of another account."
        : `Give the agent's Docker configuration (config.json) an entry for ${host}, or correct the name: many registries refuse an image that they do not have.`;
    case 'missing':
      return 'Correct the name, tag or digest; see also whether the image exists for the platform that is built.';
    case 'other':
      return 'See what the engine says, and its log on the agent (`journalctl -u docker`).';
  }
}

function unreachableFix(host: string, use: FailedImage['use']): string {
  if (isEcr(host))
    return 'In a VPC without internet, ECR is reached over the interface endpoints ecr.api and ecr.dkr, with private DNS, and the gateway endpoint of S3; their security group must let the agent in on port 443.';
  const instead = pullThrough(host, use);
  const remove = use === 'syntax' ? 'Remove the `# syntax=` line if the engine can do without it. ' : '';
  return `${remove}In a VPC without internet, pull it through Amazon ECR: ${instead}`;
}

function pullThrough(host: string, use: FailedImage['use']): string {
  const line = use === 'syntax' ? '# syntax=' : 'FROM ';
  const prefix = host === dockerHub ? 'docker-hub' : '<prefix>';
  return `make a pull-through cache rule for ${host} (\`aws ecr create-pull-through-cache-rule\`) and write \`${line}<account>.dkr.ecr.<region>.amazonaws.com/${prefix}/…\`, or copy the image to a repository of your own.`;
}
