import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RequestListener } from 'node:http';
import sinon from 'sinon';
import { connectEngine, inspectEngine } from '../../../tasks/EcrPrivatePush/src/docker/engine.js';
import { TaskFailure, type FailureCode } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { scriptedEngine, type ScriptedEngine } from './scripted-engine.js';

const unused = new AbortController().signal;

function failsWith(code: FailureCode, why: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TaskFailure);
    assert.equal(error.code, code);
    assert.match(error.why, why);
    return true;
  };
}

describe('connectEngine', () => {
  it('names the certificate file that is missing', async () => {
    const environment = {
      DOCKER_HOST: 'tcp://127.0.0.1',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: '/nowhere',
    };
    await assert.rejects(connectEngine(environment), failsWith('EPP401', /ENOENT/));
  });

  it('has an address for messages', async () => {
    assert.equal((await connectEngine({})).address, 'unix:///var/run/docker.sock');
    assert.equal((await connectEngine({ DOCKER_HOST: 'tcp://127.0.0.1' })).address, 'tcp://127.0.0.1:2375');
  });
});

describe('inspectEngine', () => {
  let engine: ScriptedEngine | undefined;
  afterEach(async () => {
    sinon.restore();
    await engine?.stop();
    engine = undefined;
  });

  const answering = async (answer: RequestListener): Promise<ScriptedEngine> => {
    engine = await scriptedEngine(answer);
    return engine;
  };

  it('says when there is no socket', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'engine-'));
    const connection = await connectEngine({ DOCKER_HOST: `unix://${folder}/none.sock` });
    await assert.rejects(inspectEngine(connection, unused), failsWith('EPP401', /no such socket/));
    await rm(folder, { recursive: true });
  });

  it('says when nothing listens', async () => {
    const connection = await connectEngine({ DOCKER_HOST: 'tcp://127.0.0.1:1' });
    await assert.rejects(inspectEngine(connection, unused), failsWith('EPP401', /Nothing listens/));
  });

  it('says when the socket may not be used', async () => {
    const connection = await connectEngine({});
    const denied = Object.assign(new Error('connect EACCES /var/run/docker.sock'), { code: 'EACCES' });
    sinon.stub(connection.docker.modem, 'dial').callsArgWith(1, denied);
    await assert.rejects(inspectEngine(connection, unused), failsWith('EPP402', /permission denied/));
  });

  it('says when the engine is in Windows mode', async () => {
    const { connection } = await answering((_, response) => {
      response.setHeader('content-type', 'application/json').end('{"Os":"windows"}');
    });
    await assert.rejects(inspectEngine(connection, unused), failsWith('EPP403', /Linux images/));
  });

  it('shows what an engine answers that is in trouble', async () => {
    const { connection } = await answering((_, response) => {
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"disk gone"}');
    });
    await assert.rejects(inspectEngine(connection, unused), failsWith('EPP401', /HTTP 500: disk gone/));
  });

  it('waits for an answer only so long', async () => {
    const { connection } = await answering(() => undefined);
    await assert.rejects(
      inspectEngine(connection, unused, 20),
      failsWith('EPP401', /no answer within 0.02 s/),
    );
  });

  it('stops at once when the run is cancelled', async () => {
    const run = new AbortController();
    const cancelled = new Error('cancelled');
    const { connection } = await answering(() => {
      run.abort(cancelled);
    });
    await assert.rejects(inspectEngine(connection, run.signal), cancelled);
  });
});
