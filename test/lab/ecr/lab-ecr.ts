import { createServer } from 'node:http';
import { systemClock, type Clock } from '../../../tasks/EcrPrivatePush/src/clock.js';
import { BlobFiles } from './blob-files.js';
import { openExchange, type RecordedRequest } from './exchange.js';
import { FaultSwitchboard } from './faults.js';
import { Principal } from './iam.js';
import type { AccessKey, LabLimits, LabSettings, LabState } from './lab-state.js';
import { RateLimit } from './rate-limit.js';
import { serveRequest } from './serve-request.js';
import { Store, type Mutability, type PushCounters, type StoredManifest } from './store.js';
import { Tokens, type IssuedToken } from './tokens.js';

interface LabEcrOptions {
  readonly region?: string;
  readonly accountId?: string;
  readonly clock?: Clock;
  /** Whether calls of the ECR API must be signed with `accessKey`. Default true. */
  readonly requireSignature?: boolean;
  /** Default: one that is free. */
  readonly port?: number;
}

interface LabRepository {
  tags(): ReadonlyMap<string, string>;
  manifest(digestOrTag: string): StoredManifest | undefined;
  readonly pushes: Readonly<PushCounters>;
}

/** A stand-in for Amazon ECR: its API and its registry on one loopback port, over one store. */
export interface LabEcr {
  /** `http://127.0.0.1:PORT`, of the ECR API and of the registry. */
  readonly url: string;
  readonly host: string;
  readonly accountId: string;
  readonly region: string;
  /** The key of the one principal that the lab knows. */
  readonly accessKey: AccessKey;
  /** Denies and allows IAM actions. */
  readonly principal: Principal;
  readonly faults: FaultSwitchboard;
  readonly settings: LabSettings;
  readonly limits: LabLimits;
  readonly requests: readonly RecordedRequest[];
  /** Uploads that were started and neither finished nor cancelled. */
  readonly openUploads: number;
  createRepository(
    name: string,
    options?: {
      readonly immutable?: boolean;
      readonly mutability?: Mutability;
      readonly exclusionFilters?: readonly string[];
    },
  ): void;
  hasRepository(name: string): boolean;
  /** Throws where there is none of this name. */
  repository(name: string): LabRepository;
  /** What GetAuthorizationToken would give, without the call. */
  issueToken(): IssuedToken;
  /** Ends every connection, stalled ones too, and removes the stored blobs. */
  close(): Promise<void>;
}

const accessKey: AccessKey = {
  accessKeyId: 'AKIALABNOTAREALKEY00',
  secretAccessKey: 'lab-secret-that-opens-nothing-0000000000',
};
const tokenLifetimeMs = 12 * 60 * 60 * 1000;

export async function startLabEcr(options: LabEcrOptions = {}): Promise<LabEcr> {
  const files = await BlobFiles.open();
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 });
  const port = await listen(server, options.port ?? 0);
  const state = stateOf(options, files, `127.0.0.1:${String(port)}`);
  const faults = new FaultSwitchboard();
  const requests: RecordedRequest[] = [];
  const serving = new Set<Promise<void>>();
  server.on('request', (request, response) => {
    const exchange = openExchange(request, state.clock.now());
    requests.push(exchange.record);
    const served = serveRequest(exchange, request, response, state, faults);
    serving.add(served);
    void served.finally(() => serving.delete(served));
  });
  return {
    ...publicSurface(state),
    faults,
    requests,
    get openUploads() {
      return state.uploads.size;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
      server.closeAllConnections();
      await closed;
      await Promise.allSettled(serving);
      await files.removeAll();
    },
  };
}

function stateOf(options: LabEcrOptions, files: BlobFiles, host: string): LabState {
  const accountId = options.accountId ?? '123456789012';
  return {
    url: `http://${host}`,
    host,
    clock: options.clock ?? systemClock,
    accessKey,
    requireSignature: options.requireSignature ?? true,
    store: new Store(accountId, options.region ?? 'ap-northeast-1'),
    files,
    tokens: new Tokens(),
    uploads: new Map(),
    principal: new Principal(accountId),
    putImageRate: new RateLimit(),
    settings: { tokenLifetimeMs, blobMounting: false },
    limits: { putImagePerSecond: undefined },
  };
}

function publicSurface(state: LabState): Omit<LabEcr, 'faults' | 'requests' | 'openUploads' | 'close'> {
  const { store } = state;
  return {
    url: state.url,
    host: state.host,
    accountId: store.accountId,
    region: store.region,
    accessKey: state.accessKey,
    principal: state.principal,
    settings: state.settings,
    limits: state.limits,
    createRepository: (name, { immutable = false, mutability, exclusionFilters = [] } = {}) => {
      const settings = { mutability: mutability ?? (immutable ? 'IMMUTABLE' : 'MUTABLE'), exclusionFilters };
      if (store.create(name, settings, state.clock.now()) === undefined)
        throw new Error(`the lab has a repository '${name}' already`);
    },
    hasRepository: (name) => store.repositories.has(name),
    repository: (name) => {
      const repository = store.repositories.get(name);
      if (repository === undefined) throw new Error(`the lab has no repository '${name}'`);
      return {
        tags: () => repository.tags,
        manifest: (digestOrTag) => repository.manifest(digestOrTag),
        pushes: repository.pushes,
      };
    },
    issueToken: () => state.tokens.issue(state.clock.now(), state.settings.tokenLifetimeMs),
  };
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the lab has no port');
  return address.port;
}
