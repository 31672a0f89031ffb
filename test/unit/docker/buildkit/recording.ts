import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StatusResponse } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/control.js';
import { GrpcError } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/grpc.js';
import {
  Progress,
  type ProgressEvent,
} from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/progress.js';

/** What a real engine answered to the build of a Dockerfile; fields that hold their type's default are left out. */
export interface Recording {
  readonly engine: string;
  readonly dockerfile: string;
  readonly response?: Readonly<Record<string, string>>;
  readonly error?: { readonly status: number; readonly message: string };
  readonly statuses: readonly RecordedStatus[];
}

type Items<K extends keyof StatusResponse> = Partial<StatusResponse[K][number]>;

interface RecordedStatus {
  readonly vertexes?: readonly Items<'vertexes'>[];
  readonly statuses?: readonly Items<'statuses'>[];
  /** The bytes in base64. */
  readonly logs?: readonly (Omit<Items<'logs'>, 'msg'> & { readonly msg: string })[];
}

const folder = path.join(process.cwd(), 'test/unit/docker/buildkit/recorded');

/** @param name the file's name before the engine's version. */
export function recording(name: string): Recording {
  const text = readFileSync(path.join(folder, `${name}.20.10.24.json`), 'utf8');
  // The files stand in the repository and are read by nothing else.
  return JSON.parse(text) as Recording;
}

function statusesOf({ statuses }: Recording): readonly StatusResponse[] {
  return statuses.map((status) => ({
    vertexes: (status.vertexes ?? []).map((vertex) => ({ ...emptyVertex, ...vertex })),
    statuses: (status.statuses ?? []).map((one) => ({ ...emptyStatus, ...one })),
    logs: (status.logs ?? []).map(({ msg, ...log }) => ({
      ...emptyLog,
      ...log,
      msg: Buffer.from(msg, 'base64'),
    })),
    warnings: [],
  }));
}

export function errorOf({ error }: Recording): GrpcError {
  if (error === undefined) throw new Error('this build was recorded to succeed');
  return new GrpcError(error.status, error.message);
}

export function replay(name: string): {
  readonly events: readonly ProgressEvent[];
  readonly progress: Progress;
} {
  const progress = new Progress();
  const events = statusesOf(recording(name)).flatMap((status) => progress.read(status));
  return { events, progress };
}

const emptyVertex = {
  digest: '',
  inputs: [],
  name: '',
  cached: false,
  started: undefined,
  completed: undefined,
  error: '',
};
const emptyStatus = { ID: '', vertex: '', current: 0, total: 0, timestamp: undefined, completed: undefined };
const emptyLog = { vertex: '', timestamp: undefined, stream: 0 };
