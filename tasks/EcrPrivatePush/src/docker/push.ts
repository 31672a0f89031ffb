import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Clock } from '../clock.js';
import type { Digest } from '../image-reference.js';
import type { RegistryCredentials } from '../registry-credentials.js';
import { EngineRefusal, imagePath, toRefusal } from './engine-request.js';
import { JsonLinesError, jsonLines } from './json-lines.js';
import { newsOfLayers, readPushMessage, type LayerOutcome } from './push-progress.js';
import { classifyPushRefusal, type PushRefusal } from './push-refusal.js';
import { StallError, watchForStall } from './stall-watch.js';

export interface EnginePushRequest {
  readonly docker: Docker;
  readonly repositoryUri: string;
  /** The engine pushes the image that has the name `<repositoryUri>:<tag>`. */
  readonly tag: string;
  readonly credentials: RegistryCredentials;
  /** The registry's host, for which alone the engine may use the credentials. */
  readonly serverAddress: string;
  /** Milliseconds without progress after which the push is given up. */
  readonly stallTimeout: number;
  readonly clock: Clock;
  /** The engine tries a layer again by itself, up to 5 times over 50 s, and keeps the cause to itself. */
  readonly onRetrying: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What the engine pushed. */
export interface EnginePush {
  readonly digest: Digest;
  /** By the engine's short id: the first 12 hex digits of the diff id (graphdriver) or of the digest (containerd store). */
  readonly layers: ReadonlyMap<string, LayerOutcome>;
}

/** A push that the engine or the registry refused or broke off. */
export class EnginePushError extends Error {
  override readonly name = 'EnginePushError';
  readonly refusal: PushRefusal;
  /** The engine's own words. */
  readonly text: string;

  constructor(refusal: PushRefusal, text: string, cause?: unknown) {
    super(`${refusal}: ${text}`, cause === undefined ? undefined : { cause });
    this.refusal = refusal;
    this.text = text;
  }
}

/**
 * Pushes a local name to the registry of the same name, through `POST /images/{name}/push`. Aborting ends the
 * engine's uploads.
 *
 * @throws {EnginePushError}
 */
export async function pushThroughEngine(request: EnginePushRequest): Promise<EnginePush> {
  const { clock, stallTimeout, signal } = request;
  signal.throwIfAborted();
  const watch = watchForStall(clock, stallTimeout, signal);
  try {
    return await readPush(await openPush(request, watch.signal), request, watch.heard);
  } catch (error) {
    signal.throwIfAborted();
    throw toPushError(watch.signal.aborted ? watch.signal.reason : error);
  } finally {
    watch.stop();
  }
}

function openPush(request: EnginePushRequest, abortSignal: AbortSignal): Promise<Readable> {
  const { docker, repositoryUri, tag } = request;
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        method: 'POST',
        path: `${imagePath(repositoryUri)}/push?`,
        options: { _query: { tag }, _body: {} },
        headers: { 'X-Registry-Auth': registryAuth(request) },
        isStream: true,
        abortSignal,
        statusCodes: { 200: true },
      },
      (error: unknown, answer: unknown) => {
        if (answer instanceof Readable) resolve(answer);
        else reject(toRefusal(error) ?? (error instanceof Error ? error : new Error(String(error))));
      },
    );
  });
}

/** Engine API, "Authentication": base64url of JSON, padded; the engine takes anything else for no credentials. */
function registryAuth({ credentials, serverAddress }: EnginePushRequest): string {
  const { username, password } = credentials;
  const json = JSON.stringify({ username, password: password.reveal(), serveraddress: serverAddress });
  return Buffer.from(json).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

async function readPush(
  answer: AsyncIterable<Uint8Array>,
  { onRetrying }: EnginePushRequest,
  heard: () => void,
): Promise<EnginePush> {
  const layers = new Map<string, LayerOutcome>();
  const countdowns = new Map<string, number>();
  let digest: Digest | undefined;
  const isNews = newsOfLayers();
  for await (const line of jsonLines(answer)) {
    if (isNews(line)) heard();
    const message = readPushMessage(line);
    if (message.kind === 'error') throw new EnginePushError(classifyPushRefusal(message.text), message.text);
    if (message.kind === 'digest') digest = message.digest;
    if (message.kind === 'layer') layers.set(message.id, message.outcome);
    if (message.kind === 'retrying') {
      const { id, seconds } = message;
      // The engine counts down each second; only the start of a countdown is news.
      if (seconds >= (countdowns.get(id) ?? 0)) onRetrying(`layer ${id}: retrying in ${String(seconds)} s`);
      countdowns.set(id, seconds);
    }
  }
  if (digest === undefined) throw new EnginePushError('connection', 'the answer ended without a digest');
  return { digest, layers };
}

function toPushError(error: unknown): EnginePushError {
  if (error instanceof EnginePushError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof EngineRefusal) return new EnginePushError(refusalOf(error), text, error);
  if (error instanceof StallError) return new EnginePushError('stalled', text, error);
  if (error instanceof JsonLinesError) return new EnginePushError('unknown', `the answer is ${text}`, error);
  return new EnginePushError('connection', text, error);
}

/** Before the first message the engine answers with a status. */
function refusalOf({ status, message }: EngineRefusal): PushRefusal {
  return status === 404 ? 'local-name-missing' : classifyPushRefusal(message);
}
