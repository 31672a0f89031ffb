import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http2';
import { GrpcError, grpcStatus } from './grpc.js';
import type { IncomingCall, Service } from './session.js';
import { packet, packetType } from './session-messages.js';

export const fileSyncPath = '/moby.filesync.v1.FileSync/DiffCopy';

/** A file of a folder that the engine may copy. */
export interface SyncedFile {
  /** In the folder, with `/` between its parts. */
  readonly name: string;
  /** Where it is on this machine. */
  readonly path: string;
}

/**
 * Serves folders by name, each a list of regular files, to the receiver of github.com/tonistiigi/fsutil (receive.go): a packet
 * for each file in order of name, an empty one at the end, then the content of those that are asked for by position.
 */
export function fileSync(folders: ReadonlyMap<string, readonly SyncedFile[]>): Service {
  return async (call) => {
    const name = header(call.headers, 'dir-name');
    const folder = folders.get(name);
    if (folder === undefined) throw new GrpcError(grpcStatus.notFound, `no access allowed to dir "${name}"`);
    const files = folder.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    for (const file of files) await sendStat(call, file);
    await call.send(packet.encode({ type: packetType.stat }));
    await answerRequests(call, files);
  };
}

async function answerRequests(call: IncomingCall, files: readonly SyncedFile[]): Promise<void> {
  for await (const body of call.messages) {
    const { type, ID, data } = packet.decode(body);
    if (type === packetType.fin) {
      await call.send(packet.encode({ type: packetType.fin }));
      return;
    }
    if (type === packetType.error)
      throw new GrpcError(grpcStatus.unknown, `error from receiver: ${Buffer.from(data).toString()}`);
    const file = files[ID];
    if (type !== packetType.request || file === undefined)
      throw new GrpcError(grpcStatus.unknown, `invalid file id ${String(ID)}`);
    await sendContent(call, file, ID);
  }
}

/** uid and gid are left at 0, as the docker CLI does. */
async function sendStat({ send }: IncomingCall, { name, path }: SyncedFile): Promise<void> {
  const { mode, size, mtimeMs } = await stat(path);
  const modTime = Math.trunc(mtimeMs * 1_000_000);
  await send(
    packet.encode({ type: packetType.stat, stat: { path: name, mode: mode & 0o777, size, modTime } }),
  );
}

/** An empty packet ends the file. */
async function sendContent({ send }: IncomingCall, { path }: SyncedFile, ID: number): Promise<void> {
  for await (const data of createReadStream(path) as AsyncIterable<Buffer>)
    await send(packet.encode({ type: packetType.data, ID, data }));
  await send(packet.encode({ type: packetType.data, ID }));
}

function header(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
