import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  EnginePushError,
  pushThroughEngine,
  type EnginePush,
} from '../../../tasks/EcrPrivatePush/src/docker/push.js';
import type { PushRefusal } from '../../../tasks/EcrPrivatePush/src/docker/push-refusal.js';
import { Secret } from '../../../tasks/EcrPrivatePush/src/secret.js';
import { HeldClock } from './held-clock.js';
import { scriptedEngine, type ScriptedEngine } from './scripted-engine.js';

const digest = `sha256:${'ab'.repeat(32)}`;
const layer = '20fc1e51fbd7';

// Recorded from Debian's engine 20.10.24; the digest and a second layer put in.
const pushed = [
  { status: 'The push refers to repository [host/team/app]' },
  { status: 'Preparing', progressDetail: {}, id: layer },
  { status: 'Preparing', progressDetail: {}, id: '0123456789ab' },
  {
    status: 'Pushing',
    progressDetail: { current: 512, total: 512 },
    progress: '[====>]  512B/512B',
    id: layer,
  },
  { status: 'Pushed', progressDetail: {}, id: layer },
  { status: 'Layer already exists', progressDetail: {}, id: '0123456789ab' },
  { status: `v1: digest: ${digest} size: 527` },
  { progressDetail: {}, aux: { Tag: 'v1', Digest: digest, Size: 527 } },
];
const failure = (message: string) => ({ errorDetail: { message }, error: message });

describe('pushThroughEngine', () => {
  let engine: ScriptedEngine;
  let answer: RequestListener;
  let asked: IncomingMessage | undefined;
  let retrying: string[];
  let clock: HeldClock;

  before(async () => {
    engine = await scriptedEngine((request, response) => {
      asked = request;
      answer(request, response);
    });
  });
  after(() => engine.stop());
  beforeEach(() => {
    retrying = [];
    clock = new HeldClock();
  });

  const push = (signal = new AbortController().signal): Promise<EnginePush> =>
    pushThroughEngine({
      docker: engine.connection.docker,
      repositoryUri: 'host/team/app',
      tag: 'v1',
      credentials: { username: 'AWS', password: new Secret('pass+?>word') },
      serverAddress: 'host',
      stallTimeout: 60_000,
      clock,
      onRetrying: (line) => retrying.push(line),
      signal,
    });

  const lines = (...messages: readonly unknown[]): RequestListener => {
    return (_, response) => {
      for (const message of messages) response.write(`${JSON.stringify(message)}\r\n`);
      response.end();
    };
  };

  const refusal = async (expected: PushRefusal, words: RegExp, work = push()): Promise<void> => {
    await assert.rejects(work, (error: unknown) => {
      assert.ok(error instanceof EnginePushError);
      assert.equal(error.refusal, expected);
      assert.match(error.text, words);
      return true;
    });
  };

  it('tells the digest and what became of each layer', async () => {
    answer = lines(...pushed);
    const { digest: told, layers } = await push();
    assert.equal(told, digest);
    assert.deepEqual(
      [...layers],
      [
        [layer, 'pushed'],
        ['0123456789ab', 'exists'],
      ],
    );
  });

  it('finds the digest where the containerd store has it', async () => {
    answer = lines({ status: `v1: digest: ${digest} size: 527` });
    assert.equal((await push()).digest, digest);
  });

  it('shows the credentials in the one header, as the engine decodes it', async () => {
    answer = lines(...pushed);
    await push();
    assert.equal(asked?.url, '/images/host/team/app/push?tag=v1');
    const header = String(asked.headers['x-registry-auth']);
    assert.match(header, /^[\w-]+={0,2}$/);
    assert.equal(header.length % 4, 0);
    assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
      username: 'AWS',
      password: 'pass+?>word',
      serveraddress: 'host',
    });
  });

  it('tells of a retry of the engine once, not every second', async () => {
    const countdown = [5, 4, 3, 2, 1, 10, 9].map((seconds) => ({
      status: `Retrying in ${String(seconds)} second${seconds === 1 ? '' : 's'}`,
      progressDetail: {},
      id: layer,
    }));
    answer = lines(...countdown, ...pushed);
    await push();
    assert.deepEqual(retrying, [`layer ${layer}: retrying in 5 s`, `layer ${layer}: retrying in 10 s`]);
  });

  it('reads a failure that comes with status 200', async () => {
    answer = lines(
      pushed[0],
      failure('denied: Your authorization token has expired. Reauthenticate and try again.'),
    );
    await refusal('token-expired', /has expired/);
  });

  it('reads a failure before the first message', async () => {
    answer = (_, response) => {
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"message":"tag does not exist: host/team/app:v1"}');
    };
    await refusal('local-name-missing', /^tag does not exist/);
  });

  it('takes an answer without a digest for a broken connection', async () => {
    answer = lines(...pushed.slice(0, 4));
    await refusal('connection', /without a digest/);
  });

  it('takes a reset for a broken connection', async () => {
    answer = (request, response) => {
      response.write(`${JSON.stringify(pushed[0])}\r\n`, () => request.socket.destroy());
    };
    await refusal('connection', /aborted|reset|hang up/);
  });

  it('takes no text for progress that is none', async () => {
    answer = (_, response) => response.end('<html>proxy</html>\n');
    await refusal('unknown', /not JSON/);
  });

  /** Resolves when the first message is on its way; then nothing more comes. */
  const silence = async (): Promise<ServerResponse> =>
    new Promise((resolve) => {
      answer = (_, response) => {
        response.write(`${JSON.stringify(pushed[0])}\r\n`);
        resolve(response);
      };
    });

  it('gives up an engine that falls silent, and hangs up', async () => {
    const answered = silence();
    const work = push();
    const closed = answered.then((response) => new Promise((resolve) => response.once('close', resolve)));
    const refused = refusal('stalled', /no sign of life for 60 s/, work);
    await answered;
    await clock.pass(60_000);
    await clock.pass(60_000);
    await Promise.all([refused, closed]);
  });

  it('takes no repetition for a sign of life, as the containerd store of 26.1 repeats itself', async () => {
    const waiting = JSON.stringify({ status: 'Waiting', progressDetail: {}, id: layer });
    const answered = new Promise<ServerResponse>((resolve) => {
      answer = (_, response) => {
        response.writeHead(200).write(`${waiting}\n`);
        resolve(response);
      };
    });
    const refused = refusal('stalled', /no sign of life for 60 s/, push());
    const response = await answered;
    for (let second = 0; second < 130; second += 10) {
      response.write(`${waiting}\n`);
      await clock.pass(10_000);
    }
    await refused;
  });

  it('hangs up when the run is cancelled', async () => {
    const run = new AbortController();
    const cancelled = new Error('cancelled');
    const answered = silence();
    const work = push(run.signal);
    const closed = answered.then((response) => new Promise((resolve) => response.once('close', resolve)));
    const rejected = assert.rejects(work, cancelled);
    await answered;
    run.abort(cancelled);
    await Promise.all([rejected, closed]);
  });

  it('spills no password in an error', async () => {
    answer = lines(failure('denied: no'));
    await assert.rejects(push(), (error: unknown) => !JSON.stringify(error).includes('pass+'));
  });
});
