import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import {
  connectEngine,
  inspectEngine,
  type EngineConnection,
} from '../../tasks/EcrPrivatePush/src/docker/engine.js';
import {
  findImage,
  nameImage,
  unnameImage,
  type LocalImage,
} from '../../tasks/EcrPrivatePush/src/docker/images.js';
import { EnginePushError, pushThroughEngine } from '../../tasks/EcrPrivatePush/src/docker/push.js';
import { TaskFailure } from '../../tasks/EcrPrivatePush/src/failure.js';
import { parseImageId } from '../../tasks/EcrPrivatePush/src/image-reference.js';
import { Secret } from '../../tasks/EcrPrivatePush/src/secret.js';
import { systemClock } from '../../tasks/EcrPrivatePush/src/clock.js';
import { requireEngine } from '../lab/engine/require-engine.js';

const signal = new AbortController().signal;
const name = (tag: string): string => `engine-test/${String(process.pid)}:${tag}`;
const repository = name('').slice(0, -1);

describe('a real engine', () => {
  let connection: EngineConnection;

  before(async function () {
    connection = await connectEngine({ DOCKER_HOST: requireEngine(this).dockerHost });
  });

  /** A new image without layers' history, by `docker import`. */
  const importImage = async (tag: string): Promise<LocalImage> => {
    const archive = pack();
    archive.entry({ name: 'unique' }, `${String(process.pid)} ${tag} ${String(Date.now())}`);
    archive.finalize();
    const bytes: Buffer[] = [];
    for await (const chunk of archive) if (Buffer.isBuffer(chunk)) bytes.push(chunk);
    const answer = await connection.docker.importImage(Readable.from([Buffer.concat(bytes)]), {
      repo: repository,
      tag,
    });
    await text(answer);
    const image = await findImage(connection.docker, name(tag), signal);
    assert.ok(image);
    return image;
  };

  it('says what it is', async () => {
    const facts = await inspectEngine(connection, signal);
    assert.equal(facts.operatingSystem, 'linux');
    assert.match(facts.apiVersion, /^1\.\d+$/);
    assert.match(facts.version, /^\d+\.\d+/);
    assert.ok(facts.cpus >= 1);
    assert.match(facts.dataRoot, /^\//);
  });

  it('finds an image by name and by id, and none by another name', async () => {
    const image = await importImage('find');
    assert.deepEqual(await findImage(connection.docker, image.id, signal), image);
    assert.deepEqual(image.repoTags, [name('find')]);
    assert.equal(image.diffIds.length, 1);
    assert.equal(await findImage(connection.docker, name('none'), signal), undefined);
    await unnameImage(connection.docker, name('find'), signal);
  });

  it('takes one name away and keeps the others', async () => {
    const { id } = await importImage('first');
    await nameImage(connection.docker, id, repository, 'second', signal);
    await unnameImage(connection.docker, name('first'), signal);
    const image = await findImage(connection.docker, id, signal);
    assert.deepEqual(image?.repoTags, [name('second')]);
    await unnameImage(connection.docker, name('second'), signal);
    assert.equal(await findImage(connection.docker, id, signal), undefined);
  });

  it('moves a name to another image, and leaves the first one', async () => {
    const first = await importImage('moved');
    const second = await importImage('other');
    await nameImage(connection.docker, second.id, repository, 'moved', signal);
    assert.equal((await findImage(connection.docker, name('moved'), signal))?.id, second.id);
    assert.deepEqual((await findImage(connection.docker, first.id, signal))?.repoTags, []);
    await unnameImage(connection.docker, first.id, signal);
    for (const tag of ['moved', 'other']) await unnameImage(connection.docker, name(tag), signal);
  });

  it('is asked in vain to take away a name that nobody has', async () => {
    await unnameImage(connection.docker, name('none'), signal);
  });

  it('says that an image to be named is not there', async () => {
    const id = parseImageId(`sha256:${'0'.repeat(64)}`);
    assert.ok(id.ok);
    await assert.rejects(
      nameImage(connection.docker, id.value, repository, 'none', signal),
      (error: unknown) => error instanceof TaskFailure && error.code === 'EPP408',
    );
  });

  const push = (repositoryUri: string) =>
    pushThroughEngine({
      docker: connection.docker,
      repositoryUri,
      tag: 'v1',
      credentials: { username: 'AWS', password: new Secret('password') },
      serverAddress: '127.0.0.1:1',
      stallTimeout: 60_000,
      clock: systemClock,
      onRetrying: () => undefined,
      signal,
    });

  it('refuses to push a name that nobody has', async () => {
    await assert.rejects(
      push(`127.0.0.1:1/${repository}`),
      (error: unknown) => error instanceof EnginePushError && error.refusal === 'local-name-missing',
    );
  });

  it('says when nothing listens where it is to push to', async () => {
    const { id } = await importImage('push');
    const uri = `127.0.0.1:1/${repository}`;
    await nameImage(connection.docker, id, uri, 'v1', signal);
    try {
      await assert.rejects(
        push(uri),
        (error: unknown) => error instanceof EnginePushError && error.refusal === 'connection',
      );
    } finally {
      await unnameImage(connection.docker, `${uri}:v1`, signal);
      await unnameImage(connection.docker, name('push'), signal);
    }
  });
});
