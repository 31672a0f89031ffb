import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { systemClock } from '../../tasks/EcrPrivatePush/src/clock.js';
import type { BuildRequest } from '../../tasks/EcrPrivatePush/src/docker/build-request.js';
import {
  buildWithBuildKit,
  type BuildKitBuild,
} from '../../tasks/EcrPrivatePush/src/docker/buildkit/build-image.js';
import { connectEngine, type EngineConnection } from '../../tasks/EcrPrivatePush/src/docker/engine.js';
import { findImage } from '../../tasks/EcrPrivatePush/src/docker/images.js';
import { TaskFailure } from '../../tasks/EcrPrivatePush/src/failure.js';
import { Secret } from '../../tasks/EcrPrivatePush/src/secret.js';
import { requireEngine } from '../lab/engine/require-engine.js';

const busybox = '/bin/busybox';
const shell = `FROM scratch AS shell
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
`;

describe('a build with BuildKit', function () {
  this.timeout(60_000);
  let connection: EngineConnection;
  let folder = '';

  before(async function () {
    connection = await connectEngine({ DOCKER_HOST: requireEngine(this).dockerHost });
    folder = await mkdtemp(path.join(tmpdir(), 'buildkit-'));
    await mkdir(path.join(folder, 'context'));
    await copyFile(busybox, path.join(folder, 'context/busybox'));
  });

  after(async () => {
    if (folder !== '') await rm(folder, { recursive: true });
  });

  /** The context holds busybox and a file that no other build had; the Dockerfile is not in it. */
  const openContext = (): Readable => {
    const archive = pack();
    archive.entry({ name: 'unique' }, randomUUID());
    const file = execFileSync('cat', [busybox], { maxBuffer: 1 << 26 });
    archive.entry({ name: 'busybox', mode: 0o755 }, file);
    archive.finalize();
    return Readable.from(archive, { objectMode: false });
  };

  interface Outcome {
    readonly lines: readonly string[];
    readonly result: Awaited<ReturnType<typeof buildWithBuildKit>> | undefined;
    readonly error: unknown;
  }

  const build = async (
    dockerfile: string,
    request: Partial<BuildRequest> = {},
    rest: Partial<BuildKitBuild> = {},
  ): Promise<Outcome> => {
    const file = path.join(folder, `${randomUUID()}.Dockerfile`);
    await writeFile(file, dockerfile);
    const lines: string[] = [];
    const add = (line: string): void => void lines.push(line);
    const running = buildWithBuildKit({
      docker: connection.docker,
      request: {
        context: path.join(folder, 'context'),
        dockerfile: file,
        buildArgs: new Map(),
        labels: new Map(),
        target: undefined,
        platform: undefined,
        pull: false,
        noCache: false,
        ...request,
      },
      openContext,
      credentials: () => Promise.resolve(undefined),
      log: { info: add, warning: add, debug: add, group: add, endGroup: () => undefined },
      clock: systemClock,
      signal: new AbortController().signal,
      ...rest,
    });
    try {
      return { lines, result: await running, error: undefined };
    } catch (error) {
      return { lines, result: undefined, error };
    }
  };

  const builtId = ({ result, error }: Outcome): string => {
    if (result === undefined) throw error;
    return result.id;
  };

  const assertFails = ({ error }: Outcome, code: string, what: RegExp, why: RegExp): void => {
    assert.ok(error instanceof TaskFailure, String(error));
    assert.equal(error.code, code);
    assert.match(error.what, what);
    assert.match(error.why, why);
  };

  it('makes an image that the engine has, from a Dockerfile outside the context', async () => {
    const id = builtId(await build(`${shell}CMD ["/bin/sh"]`));
    const image = await findImage(connection.docker, id, new AbortController().signal);
    assert.equal(image?.id, id);
  });

  it('passes build arguments, labels and the target on', async () => {
    const dockerfile = `${shell}ARG WHO\nLABEL who=$WHO\nFROM shell\nRUN false\n`;
    const outcome = await build(dockerfile, {
      buildArgs: new Map([['WHO', 'me']]),
      labels: new Map([['by', 'label']]),
      target: 'shell',
    });
    const { Config } = await connection.docker.getImage(builtId(outcome)).inspect();
    assert.deepEqual(Config.Labels, { by: 'label', who: 'me' });
  });

  it('takes a step from the cache, but not with noCache', async () => {
    const dockerfile = `${shell}RUN echo cached-${randomUUID()}\n`;
    builtId(await build(dockerfile));
    const again = await build(dockerfile);
    assert.ok(again.lines.some((line) => /RUN echo cached-.* CACHED$/.test(line)));
    const anew = await build(dockerfile, { noCache: true });
    assert.ok(anew.lines.some((line) => /^ +\d+\.\d {2}cached-/.test(line)));
  });

  it('logs output whose characters come in pieces', async () => {
    const { lines } = await build(`${shell}RUN printf 'caf\\303'; sleep 0.3; printf '\\251\\n'\n`, {
      noCache: true,
    });
    assert.ok(
      lines.some((line) => line.endsWith('  café')),
      lines.join('\n'),
    );
  });

  it('names the instruction, its line and the exit code of a command that fails', async () => {
    const outcome = await build(`${shell}\n# why\nRUN echo the reason && \\\n  exit 3\n`);
    assertFails(outcome, 'EPP404', /RUN echo the reason .*\.Dockerfile:6\.$/, /exit code 3/);
    assert.deepEqual(outcome.lines.slice(-1), ['    the reason']);
  });

  it('names the line of an unknown instruction', async () => {
    assertFails(await build(`${shell}FORM x\n`), 'EPP405', /\.Dockerfile:4 /, /unknown instruction: FORM/);
  });

  it('names a COPY source that is not in the context', async () => {
    assertFails(await build(`${shell}COPY nowhere /\n`), 'EPP404', /COPY nowhere \/ .*:4\.$/, /"\/nowhere"/);
  });

  it('names a target that the Dockerfile does not have', async () => {
    assertFails(await build(shell, { target: 'nope' }), 'EPP405', /could not be started/, /nope/);
  });

  it('keeps its session over a step of 12 s', async () => {
    const { result, error } = await build(
      `${shell}RUN sleep 12\nFROM shell\nCOPY --from=0 /bin/busybox /x\n`,
      {
        noCache: true,
      },
    );
    assert.ok(result !== undefined, String(error));
  });

  it('asks for credentials by the host of the base image, and shows only those', async () => {
    const seen: (string | undefined)[] = [];
    const registry = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="lab"' }).end();
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    // It listens on a TCP port.
    const host = `127.0.0.1:${String((registry.address() as AddressInfo).port)}`;
    try {
      const asked: string[] = [];
      const credentials: BuildKitBuild['credentials'] = (name) => {
        asked.push(name);
        return Promise.resolve({ username: 'AWS', password: new Secret('token') });
      };
      const outcome = await build(`FROM ${host}/base:1\n`, {}, { credentials });
      assertFails(outcome, 'EPP407', /base:1 cannot be pulled .*:1\)/, /refuses the pull/);
      assert.deepEqual([...new Set(asked)], [host]);
      assert.ok(seen.includes(`Basic ${Buffer.from('AWS:token').toString('base64')}`));
    } finally {
      registry.close();
      registry.closeAllConnections();
    }
  });

  it('fails with the very error of the context', async () => {
    const broken = new TaskFailure('EPP102', { what: 'w', why: 'y', fix: 'f' });
    const openContext = (): Readable =>
      new Readable({
        read() {
          this.destroy(broken);
        },
      });
    assert.equal((await build(shell, {}, { openContext })).error, broken);
  });

  it('stops the command in the engine when it is cancelled', async () => {
    const seconds = String(100_000 + (process.pid % 100_000));
    const cancel = new AbortController();
    const reason = new Error('cancelled');
    const running = build(
      `${shell}RUN exec sleep ${seconds}\n`,
      { noCache: true },
      { signal: cancel.signal },
    );
    await until(() => isRunning(`sleep ${seconds}`));
    cancel.abort(reason);
    assert.equal((await running).error, reason);
    await until(() => !isRunning(`sleep ${seconds}`));
  });
});

/** The engine runs on this machine; its containers' processes are seen from outside. */
function isRunning(command: string): boolean {
  return execFileSync('ps', ['-eo', 'args']).toString().split('\n').includes(command);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 100));
}
