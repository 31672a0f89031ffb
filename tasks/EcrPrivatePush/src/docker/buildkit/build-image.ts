import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import { parseImageId } from '../../image-reference.js';
import type { Log } from '../../log.js';
import type { BuildRequest, BuiltImage, CredentialLookup } from '../build-request.js';
import { auth, credentialsPath } from './auth.js';
import { baseImageOf } from './base-image.js';
import { buildFailure, engineEnded } from './build-failure.js';
import { failedLine } from './failed-line.js';
import { fileSync, fileSyncPath } from './file-sync.js';
import { GrpcError, LostCall } from './grpc.js';
import { health, healthPath } from './health.js';
import { Progress, type FailedStep } from './progress.js';
import { ProgressLog } from './progress-log.js';
import { openSession, type Service } from './session.js';
import { solve } from './solve.js';
import { dockerfileFolder, solveRequestOf } from './solve-request.js';
import { upload, uploadPath } from './upload.js';

export interface BuildKitBuild {
  readonly docker: Docker;
  readonly request: BuildRequest;
  /** The image's name in the engine; without one it has only its id. */
  readonly name?: string;
  /** A tar stream of the context; opened when the engine asks for it. A TaskFailure that it fails with passes through. */
  readonly openContext: () => Readable;
  readonly credentials: CredentialLookup;
  readonly log: Log;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Milliseconds after which the log looks for steps that wait to be shown. */
const tick = 1_000;

/**
 * Builds the image with BuildKit. When the signal is aborted, the engine stops what it runs.
 *
 * @throws {TaskFailure} EPP401, EPP403 to EPP407, EPP409, and what the context or the credentials fail with.
 */
export async function buildWithBuildKit(build: BuildKitBuild): Promise<BuiltImage> {
  const { docker, request, name, log, clock, signal } = build;
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const session = await openSession({
    docker,
    services: servicesOf(build),
    onFailure: (error) => failed.abort(error),
    signal: either,
  });
  const progress = new Progress();
  const progressLog = new ProgressLog(log, clock);
  const stopTicking = keepTicking(progressLog, clock);
  let answer: ReadonlyMap<string, string>;
  try {
    answer = await solve({
      docker,
      request: solveRequestOf(request, session.id, name),
      onStatus: (status) => progressLog.write(progress.read(status)),
      signal: either,
    });
  } catch (error) {
    progressLog.close();
    either.throwIfAborted();
    throw await failureOf(error, progress.failed, build);
  } finally {
    stopTicking();
    session.close();
    progressLog.close();
  }
  return { id: imageIdOf(answer), baseImage: baseImageOf(progress.vertices) };
}

function servicesOf({
  request: { dockerfile },
  credentials,
  openContext,
}: BuildKitBuild): ReadonlyMap<string, Service> {
  const files = [{ name: path.basename(dockerfile), path: dockerfile }];
  return new Map([
    [healthPath, health],
    [credentialsPath, auth(credentials)],
    [uploadPath, upload(openContext)],
    [fileSyncPath, fileSync(new Map([[dockerfileFolder, files]]))],
  ]);
}

function keepTicking(progressLog: ProgressLog, clock: Clock): () => void {
  const stop = new AbortController();
  const run = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(tick, stop.signal);
      progressLog.tick();
    }
  };
  // Rejects only when it is stopped.
  run().catch(() => undefined);
  return () => stop.abort();
}

async function failureOf(
  error: unknown,
  step: FailedStep | undefined,
  build: BuildKitBuild,
): Promise<unknown> {
  if (error instanceof LostCall) return engineEnded(error.message, error);
  if (!(error instanceof GrpcError)) return error;
  const location = await locate(error, step, build.request);
  if (step !== undefined && step.lastLines.length > 0) {
    build.log.info(`The last lines of #${String(step.step.number)} ${step.step.name} (${location}):`);
    for (const line of step.lastLines) build.log.info(`    ${line}`);
  }
  return buildFailure({ error, step, location });
}

/** The Dockerfile, from the context if it is in there, and the line if it is known. */
async function locate(
  error: GrpcError,
  step: FailedStep | undefined,
  request: BuildRequest,
): Promise<string> {
  const relative = path.relative(request.context, request.dockerfile);
  const file = relative.startsWith('..') ? request.dockerfile : relative;
  const dockerfile = await readFile(request.dockerfile, 'utf8').catch(() => '');
  const line = failedLine({ error, step, dockerfile });
  return line === undefined ? file : `${file}:${String(line)}`;
}

/** The digest of the config on the graphdriver store and of the manifest on the containerd store: each store's image id. */
function imageIdOf(answer: ReadonlyMap<string, string>): BuiltImage['id'] {
  const id = parseImageId(answer.get('containerimage.digest') ?? '');
  if (!id.ok) throw new Error(`BuildKit answered without an image id: ${[...answer.keys()].join(', ')}`);
  return id.value;
}
