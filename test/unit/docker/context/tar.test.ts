import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { openContextTar, type ContextSize } from '../../../../tasks/EcrPrivatePush/src/docker/context/tar.js';
import { TaskFailure } from '../../../../tasks/EcrPrivatePush/src/failure.js';

const unused = new AbortController().signal;

describe('openContextTar', () => {
  let context: string;

  beforeEach(async () => {
    context = await mkdtemp(path.join(tmpdir(), 'context-'));
  });
  afterEach(() => rm(context, { recursive: true, force: true }));

  const inContext = (...names: readonly string[]): string => path.join(context, ...names);
  const open = (signal = unused, onSent?: (sent: ContextSize) => void) =>
    openContextTar({ context, dockerfile: inContext('Dockerfile'), signal, ...(onSent && { onSent }) });

  const headers = async (): Promise<ReadonlyMap<string, Header>> => {
    const found = new Map<string, Header>();
    const source = open();
    const extraction = source.pipe(extract());
    source.once('error', (error) => {
      extraction.destroy(error);
    });
    for await (const entry of extraction) {
      found.set(entry.header.name, entry.header);
      entry.resume();
    }
    return found;
  };

  const fails = (why: RegExp) => (error: unknown) => {
    assert.ok(error instanceof TaskFailure);
    assert.equal(error.code, 'EPP102');
    assert.match(error.why, why);
    return true;
  };

  it('has every kind of entry, owned by root without a name', async () => {
    await mkdir(inContext('empty'), { mode: 0o700 });
    await writeFile(inContext('run.sh'), 'x');
    await chmod(inContext('run.sh'), 0o4755);
    await chmod(inContext('empty'), 0o1777);
    await symlink('../outside', inContext('dangling'));
    execFileSync('mkfifo', [inContext('pipe')]);
    const found = await headers();
    assert.deepEqual(
      [...found.values()].map(({ name, type, mode, linkname }) => [name, type, mode.toString(8), linkname]),
      [
        ['dangling', 'symlink', '777', '../outside'],
        ['empty/', 'directory', '1777', null],
        ['pipe', 'fifo', (await lstat(inContext('pipe'))).mode.toString(8).slice(-3), null],
        ['run.sh', 'file', '4755', null],
      ],
    );
    for (const { uid, gid, uname, gname } of found.values())
      assert.deepEqual([uid, gid, uname, gname], [0, 0, '', '']);
  });

  it('keeps a file that nobody may read as such', async () => {
    await writeFile(inContext('locked'), '');
    await chmod(inContext('locked'), 0o000);
    if (process.getuid?.() === 0) assert.equal((await headers()).get('locked')?.mode, 0);
    else await assert.rejects(headers(), fails(/permission denied/));
  });

  it('leaves sockets out', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(inContext('s.sock'), resolve));
    assert.deepEqual([...(await headers()).keys()], []);
    await new Promise((resolve) => server.close(resolve));
  });

  for (const [name, file] of [
    ['not ASCII', 'Größe-日本-😀.txt'],
    ['of 200 characters', 'x'.repeat(200)],
    ['of 255 bytes, not ASCII', `${'é'.repeat(127)}x`],
    ['over 255 bytes in all', `${'d'.repeat(150)}/${'e'.repeat(150)}`],
  ] as const)
    it(`keeps a name that is ${name}`, async () => {
      await mkdir(path.dirname(inContext(file)), { recursive: true });
      await writeFile(inContext(file), '');
      assert.ok((await headers()).has(file));
    });

  for (const [when, seconds] of [
    ['now', 1_700_000_000],
    ['after 2038', 4_000_000_000],
    ['before 1970', -86_400],
  ] as const)
    it(`keeps the time of a file from ${when}`, async () => {
      await writeFile(inContext('file'), '');
      await utimes(inContext('file'), new Date(seconds * 1000), new Date(seconds * 1000));
      const { mtime, pax } = (await headers()).get('file') ?? {};
      const extended = pax as { mtime?: string } | null | undefined;
      assert.equal(Number(extended?.mtime ?? Number(mtime) / 1000), seconds);
    });

  it('has the size of a file over 8 GiB in its header', async () => {
    await writeFile(inContext('huge'), '');
    await truncate(inContext('huge'), 9 * 2 ** 30);
    const source = open();
    const header = await new Promise<Header>((resolve) => {
      source.pipe(extract()).once('entry', resolve);
    });
    assert.equal(header.size, 9 * 2 ** 30);
    source.destroy();
    await new Promise((resolve) => source.once('close', resolve));
  });

  it('counts files and bytes, once, at the end', async () => {
    await mkdir(inContext('a'));
    await writeFile(inContext('a', 'one'), '12345');
    await writeFile(inContext('two'), Buffer.alloc(3_000_000));
    await symlink('two', inContext('link'));
    const told: ContextSize[] = [];
    await finished(open(unused, (sent) => told.push(sent)).resume());
    assert.deepEqual(told, [{ files: 2, bytes: 3_000_005 }]);
  });

  it('leaves out what .dockerignore says, and itself only when it says so', async () => {
    await writeFile(inContext('.dockerignore'), 'secret\nDockerfile');
    await writeFile(inContext('secret'), '');
    await writeFile(inContext('Dockerfile'), '');
    assert.deepEqual([...(await headers()).keys()], ['.dockerignore']);
  });

  it('reads no further than its reader', async () => {
    await writeFile(inContext('a'), Buffer.alloc(8 * 2 ** 20));
    await writeFile(inContext('b'), '');
    const stream = open();
    await new Promise((resolve) => stream.once('readable', resolve));
    // Were all of it read ahead, the change of a file that comes later would not be seen.
    await rm(inContext('b'));
    await assert.rejects(finished(stream.resume()), fails(/vanished/));
  });

  for (const [change, size, why] of [
    ['shrinks', 2 ** 20, /^It shrank from 8388608 to \d+ bytes/],
    ['grows', 9 * 2 ** 20, /^It grew beyond its 8388608 bytes/],
  ] as const)
    it(`says when a file ${change} while it is read`, async () => {
      await writeFile(inContext('log'), Buffer.alloc(8 * 2 ** 20));
      const stream = open();
      await new Promise((resolve) => stream.once('readable', resolve));
      await truncate(inContext('log'), size);
      await assert.rejects(finished(stream.resume()), fails(why));
    });

  it('says when a name is not UTF-8', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${context}/`), Buffer.from([0x66, 0xfc, 0x72])]), '');
    await assert.rejects(headers(), fails(/not valid UTF-8/));
  });

  it('fails with the reason of a cancel, also while nobody reads', async () => {
    await writeFile(inContext('file'), Buffer.alloc(8 * 2 ** 20));
    const run = new AbortController();
    const cancelled = new Error('cancelled');
    const stream = open(run.signal);
    await new Promise((resolve) => stream.once('readable', resolve));
    run.abort(cancelled);
    await assert.rejects(finished(stream.resume()), cancelled);
  });

  it('closes its file when its reader leaves', async () => {
    await writeFile(inContext('file'), Buffer.alloc(8 * 2 ** 20));
    const stream = open();
    await new Promise((resolve) => stream.once('readable', resolve));
    stream.destroy();
    await new Promise((resolve) => stream.once('close', resolve));
    assert.doesNotMatch(
      execFileSync('ls', ['-l', `/proc/${String(process.pid)}/fd`], { encoding: 'utf8' }),
      /context-/,
    );
  });
});
