import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseIgnorePatterns } from '../../../../tasks/EcrPrivatePush/src/docker/context/ignore.js';
import { walkContext } from '../../../../tasks/EcrPrivatePush/src/docker/context/walk.js';
import { TaskFailure } from '../../../../tasks/EcrPrivatePush/src/failure.js';

const files = ['Dockerfile', 'a/b/c/deep', 'a/b/x', 'a/y', 'empty/', 'z/1', 'é/ü'];

describe('walkContext', () => {
  let context: string;

  before(async () => {
    context = await mkdtemp(path.join(tmpdir(), 'walk-'));
    for (const file of files) {
      await mkdir(path.join(context, path.dirname(`${file}.`)), { recursive: true });
      if (!file.endsWith('/')) await writeFile(path.join(context, file), '');
    }
  });
  after(() => rm(context, { recursive: true }));

  const walk = async (ignore: string, signal = new AbortController().signal): Promise<readonly string[]> => {
    const names: string[] = [];
    for await (const { name } of walkContext(context, parseIgnorePatterns(ignore, ''), signal))
      names.push(name);
    return names;
  };

  const cases: readonly [string, string, readonly string[]][] = [
    [
      'everything, folders first, by name',
      '',
      ['Dockerfile', 'a', 'a/b', 'a/b/c', 'a/b/c/deep', 'a/b/x', 'a/y', 'empty', 'z', 'z/1', 'é', 'é/ü'],
    ],
    ['nothing of an ignored folder', 'a\nz\né', ['Dockerfile', 'empty']],
    ['nothing at all', '**', []],
    [
      'an exception with the folders on its way, once',
      '*\n!a/b/c\n!a/y',
      ['a', 'a/b', 'a/b/c', 'a/b/c/deep', 'a/y'],
    ],
    ['an exception with a wildcard', '**\n!**/x', ['a', 'a/b', 'a/b/x']],
    ['no ignored folder without an exception below it', '*\n!a/nothing\n!z', ['z', 'z/1']],
    ['no empty folder that is ignored', 'empty\n!empty/x\na\nz\né', ['Dockerfile']],
  ];
  for (const [name, ignore, names] of cases)
    it(`finds ${name}`, async () => {
      assert.deepEqual(await walk(ignore), names);
    });

  it('says when the context is not there', async () => {
    const entries = walkContext(path.join(context, 'none'), [], new AbortController().signal);
    await assert.rejects(
      entries.next(),
      (error: unknown) => error instanceof TaskFailure && error.code === 'EPP102',
    );
  });

  it('stops when the run is cancelled', async () => {
    const cancelled = new Error('cancelled');
    await assert.rejects(walk('', AbortSignal.abort(cancelled)), cancelled);
  });
});
