import assert from 'node:assert/strict';
import { findImage, nameImage, unnameImage } from '../../../tasks/EcrPrivatePush/src/docker/images.js';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { parseImageId } from '../../../tasks/EcrPrivatePush/src/image-reference.js';
import { scriptedEngine, type ScriptedEngine } from './scripted-engine.js';

const unused = new AbortController().signal;
const parsed = parseImageId(`sha256:${'5c'.repeat(32)}`);
assert.ok(parsed.ok);
const id = parsed.value;

describe('images', () => {
  let engine: ScriptedEngine;
  let status = 200;
  let asked: string[] = [];

  before(async () => {
    engine = await scriptedEngine((request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: 'the engine says why', Id: 'no id' }));
    });
  });
  after(() => engine.stop());
  beforeEach(() => {
    asked = [];
  });

  it('takes nothing in a name for URL syntax', async () => {
    status = 404;
    assert.equal(await findImage(engine.connection.docker, 'host:5000/a?b#c:1', unused), undefined);
    assert.deepEqual(asked, ['GET /images/host%3A5000/a%3Fb%23c%3A1/json']);
  });

  it('names by id, never by another name', async () => {
    status = 201;
    await nameImage(engine.connection.docker, id, 'host:5000/team/app', '1.0', unused);
    assert.deepEqual(asked, [
      `POST /images/sha256%3A${'5c'.repeat(32)}/tag?repo=host%3A5000%2Fteam%2Fapp&tag=1.0`,
    ]);
  });

  it('never forces a name away', async () => {
    status = 200;
    await unnameImage(engine.connection.docker, 'team/app:1.0', unused);
    assert.deepEqual(asked, ['DELETE /images/team/app%3A1.0']);
  });

  const failures: readonly [string, number, string, () => Promise<unknown>][] = [
    [
      'an image that is gone',
      404,
      'EPP408',
      () => nameImage(engine.connection.docker, id, 'team/app', '1', unused),
    ],
    [
      'a name that it will not give',
      500,
      'EPP401',
      () => nameImage(engine.connection.docker, id, 'team/app', '1', unused),
    ],
    [
      'a container that uses the image',
      409,
      'EPP401',
      () => unnameImage(engine.connection.docker, 'team/app:1', unused),
    ],
    ['an engine in trouble', 500, 'EPP401', () => findImage(engine.connection.docker, 'team/app:1', unused)],
  ];
  for (const [name, answer, code, call] of failures)
    it(`passes on what the engine says of ${name}`, async () => {
      status = answer;
      await assert.rejects(call, (error: unknown) => {
        assert.ok(error instanceof TaskFailure);
        assert.equal(error.code, code);
        return error.why.includes('the engine says why');
      });
    });

  it('asks nothing after a cancel', async () => {
    const cancelled = new Error('cancelled');
    await assert.rejects(findImage(engine.connection.docker, 'app', AbortSignal.abort(cancelled)), cancelled);
    assert.deepEqual(asked, []);
  });
});
