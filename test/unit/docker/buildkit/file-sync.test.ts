import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileSync } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/file-sync.js';
import { GrpcError } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/grpc.js';
import {
  packet,
  packetType,
  type Packet,
} from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/session-messages.js';

describe('the files that the engine copies', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'file-sync-'));
    await writeFile(path.join(folder, 'one'), 'first', { mode: 0o640 });
    await writeFile(path.join(folder, 'two'), 'x'.repeat(200_000));
  });

  after(() => rm(folder, { recursive: true }));

  const serve = async (requests: readonly Partial<Packet>[], name = 'files'): Promise<readonly Packet[]> => {
    const files = ['two', 'one'].map((file) => ({ name: file, path: path.join(folder, file) }));
    const sent: Packet[] = [];
    await fileSync(new Map([['files', files]]))({
      headers: { 'dir-name': name },
      messages: (async function* () {
        for (const request of requests) yield await Promise.resolve(packet.encode(request));
      })(),
      signal: new AbortController().signal,
      send: (body) => Promise.resolve(void sent.push(packet.decode(body))),
    });
    return sent;
  };

  it('are listed by name, then comes the end of the list, and the end in answer to the end', async () => {
    const sent = await serve([{ type: packetType.fin }]);
    assert.deepEqual(
      sent.map(({ type, stat }) => [type, stat?.path, stat?.size]),
      [
        [packetType.stat, 'one', 5],
        [packetType.stat, 'two', 200_000],
        [packetType.stat, undefined, undefined],
        [packetType.fin, undefined, undefined],
      ],
    );
    assert.equal(sent[0]?.stat?.mode, 0o640);
  });

  it('are sent by their place in the list, an empty packet after each', async () => {
    const sent = await serve([{ type: packetType.request, ID: 1 }, { type: packetType.fin }]);
    const data = sent.filter(({ type }) => type === packetType.data);
    assert.ok(data.every(({ ID }) => ID === 1));
    assert.equal(Buffer.concat(data.map((part) => part.data)).toString(), 'x'.repeat(200_000));
    assert.equal(data.at(-1)?.data.length, 0);
  });

  it('are refused under another name', async () => {
    await assert.rejects(serve([], 'context'), (error) => error instanceof GrpcError && error.status === 5);
  });

  it('are refused for a place that is not in the list', async () => {
    await assert.rejects(serve([{ type: packetType.request, ID: 2 }]), GrpcError);
  });
});
