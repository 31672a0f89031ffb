import type { Answer } from '../answer.js';
import { readWhole, type Exchange } from '../exchange.js';
import type { LabState } from '../lab-state.js';
import type { Route } from '../route.js';
import { checkSignature } from '../sigv4.js';
import { getAuthorizationToken } from './authorization-token.js';
import { AwsError, awsErrorAnswer, awsJson, faultAsAwsError } from './aws-error.js';
import { batchDeleteImage } from './batch-delete-image.js';
import { optionalText, parseInput, type Input } from './input.js';
import { isOperationName, operationSteps, type OperationName } from './operation-names.js';
import { putImage } from './put-image.js';
import { batchGetImage, describeImages, listImages } from './read-images.js';
import { createRepository, deleteRepository, describeRepositories } from './repositories.js';

const targetPrefix = 'AmazonEC2ContainerRegistry_V20150921.';
const inputLimit = 8 * 1024 * 1024;

const operations: Readonly<Record<OperationName, (input: Input, state: LabState) => unknown>> = {
  GetAuthorizationToken: (_, state) => getAuthorizationToken(state),
  DescribeRepositories: describeRepositories,
  CreateRepository: createRepository,
  DeleteRepository: deleteRepository,
  ListImages: listImages,
  DescribeImages: describeImages,
  BatchGetImage: batchGetImage,
  PutImage: putImage,
  BatchDeleteImage: batchDeleteImage,
};

export function isControlPlane(exchange: Exchange): boolean {
  return exchange.method === 'POST' && exchange.url.pathname === '/';
}

/** The ECR API: AWS JSON 1.1. */
export function routeControlPlane(exchange: Exchange, state: LabState): Route {
  const target = exchange.headers['x-amz-target'];
  const name =
    typeof target === 'string' && target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : '';
  const operation = isOperationName(name) ? name : undefined;
  return {
    step: operation === undefined ? undefined : operationSteps[operation],
    run: () => run(exchange, operation, state),
    faultAnswer: (kind) => faultAsAwsError(kind, state.principal.denialText(`ecr:${name}`, '*')),
    expireToken: () =>
      awsErrorAnswer(
        new AwsError('ExpiredTokenException', 'The security token included in the request is expired'),
      ),
  };
}

async function run(exchange: Exchange, name: OperationName | undefined, state: LabState): Promise<Answer> {
  try {
    const body = await readWhole(exchange, inputLimit);
    if (name === undefined) throw new AwsError('UnknownOperationException', '');
    if (state.requireSignature) requireSignature(exchange, body, state);
    const input = parseInput(body.toString());
    if (!state.principal.may(`ecr:${name}`))
      throw new AwsError(
        'AccessDeniedException',
        state.principal.denialText(`ecr:${name}`, resourceOf(input, state)),
      );
    return awsJson(operations[name](input, state));
  } catch (error) {
    if (error instanceof AwsError) return awsErrorAnswer(error);
    throw error;
  }
}

function requireSignature(exchange: Exchange, body: Buffer, state: LabState): void {
  const refusal = checkSignature(
    { method: exchange.method, url: exchange.url, headers: exchange.headers, body },
    { ...state.accessKey, region: state.store.region, service: 'ecr' },
    state.clock.now(),
  );
  if (refusal !== undefined) throw new AwsError(refusal.type, refusal.message);
}

function resourceOf(input: Input, state: LabState): string {
  const names = input['repositoryNames'];
  const first: unknown = Array.isArray(names) ? names[0] : undefined;
  const name = optionalText(input, 'repositoryName') ?? (typeof first === 'string' ? first : undefined);
  return name === undefined ? '*' : state.store.arnOf(name);
}
