import type { Answer } from '../answer.js';
import type { Exchange } from '../exchange.js';
import type { DataPlaneStep } from '../faults.js';
import type { LabState } from '../lab-state.js';
import type { Route } from '../route.js';
import { repositoryMissingText, type StoredRepository } from '../store.js';
import { getBlob, headBlob, downloadLayer } from './blobs.js';
import { getManifest, putManifestRequest } from './manifests.js';
import { faultAsRegistryError, notAuthorized, registryError, tokenExpired } from './registry-error.js';
import { iamActions, readRegistryRequest, type RegistryRequest } from './requests.js';
import { listTags } from './tags-list.js';
import { cancelUpload, finishUpload, receiveData, startUpload, uploadStatus } from './uploads.js';

/** The Distribution API as ECR speaks it. */
export function routeDataPlane(exchange: Exchange, state: LabState): Route {
  const request = readRegistryRequest(exchange.method, exchange.url.pathname);
  if (request === undefined) {
    const missing: Answer = {
      status: 404,
      headers: { 'Content-Type': 'text/plain' },
      body: '404 page not found\n',
    };
    return {
      step: undefined,
      run: () => Promise.resolve(missing),
      faultAnswer: () => missing,
      expireToken: () => missing,
    };
  }
  return {
    step: request.step,
    run: async () => withVersion(await serve(exchange, request, state)),
    faultAnswer: (kind) => withVersion(faultAsRegistryError(kind, denialText(request, state))),
    expireToken: () => {
      state.tokens.expire(exchange.headers.authorization);
      return undefined;
    },
  };
}

function withVersion(answer: Answer): Answer {
  return { ...answer, headers: { 'Docker-Distribution-Api-Version': 'registry/2.0', ...answer.headers } };
}

async function serve(exchange: Exchange, request: RegistryRequest, state: LabState): Promise<Answer> {
  if (request.step !== 'layer-download') {
    const refusal = authenticate(exchange, state) ?? authorize(request, state);
    if (refusal !== undefined) return refusal;
  }
  if (request.step === 'ping') return { status: 200 };
  const repository = state.store.repositories.get(request.repository);
  if (repository === undefined) {
    const text = repositoryMissingText(request.repository, state.store.accountId);
    return registryError(404, 'NAME_UNKNOWN', text);
  }
  return handlers[request.step]({ exchange, repository, reference: request.reference, state });
}

function authenticate(exchange: Exchange, state: LabState): Answer | undefined {
  switch (state.tokens.check(exchange.headers.authorization, state.clock.now())) {
    case 'accepted':
      return undefined;
    case 'expired':
      return tokenExpired();
    case 'missing':
    case 'unknown':
      return notAuthorized(state.host);
  }
}

function authorize(request: RegistryRequest, state: LabState): Answer | undefined {
  const action = iamActions[request.step];
  if (action === undefined || state.principal.may(action)) return undefined;
  return registryError(403, 'DENIED', denialText(request, state));
}

function denialText(request: RegistryRequest, state: LabState): string {
  const action = iamActions[request.step] ?? 'ecr:GetAuthorizationToken';
  return state.principal.denialText(
    action,
    request.repository === '' ? '*' : state.store.arnOf(request.repository),
  );
}

interface Call {
  readonly exchange: Exchange;
  readonly repository: StoredRepository;
  readonly reference: string;
  readonly state: LabState;
}

const handlers: Readonly<Record<Exclude<DataPlaneStep, 'ping'>, (call: Call) => Answer | Promise<Answer>>> = {
  'blob-head': ({ repository, reference }) => headBlob(repository, reference),
  'blob-get': ({ repository, reference, state }) => getBlob(repository, reference, state),
  'layer-download': ({ exchange, repository, reference }) =>
    downloadLayer(repository, reference, exchange.headers.range),
  'upload-start': ({ exchange, repository, state }) => startUpload(exchange, repository, state),
  'upload-data': ({ exchange, repository, reference, state }) =>
    receiveData(exchange, repository, reference, state),
  'upload-finish': ({ exchange, repository, reference, state }) =>
    finishUpload(exchange, repository, reference, state),
  'upload-status': ({ repository, reference, state }) => uploadStatus(repository, reference, state),
  'upload-cancel': ({ repository, reference, state }) => cancelUpload(repository, reference, state),
  'manifest-head': ({ repository, reference, state }) => getManifest(repository, reference, state),
  'manifest-get': ({ repository, reference, state }) => getManifest(repository, reference, state),
  'manifest-put': ({ exchange, repository, reference, state }) =>
    putManifestRequest(exchange, repository, reference, state),
  'manifest-delete': () => registryError(405, 'UNSUPPORTED', 'The operation is unsupported.'),
  'tags-list': ({ exchange, repository }) => listTags(exchange.url.searchParams, repository),
};
