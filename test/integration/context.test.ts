import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openContextTar } from '../../tasks/EcrPrivatePush/src/docker/context/tar.js';

/** Kind, permissions, size, whole seconds, path and target of all that is in a folder, by find(1). */
function tree(folder: string): readonly string[] {
  const listing = execFileSync('find', ['.', '-mindepth', '1', '-printf', '%y %m %s %Ts %p %l\\n'], {
    cwd: folder,
  });
  // A folder's size and time depend on how it was filled.
  return listing
    .toString()
    .split('\n')
    .map((line) => line.replace(/^(d \d+) \d+ \d+/, '$1'))
    .sort();
}

describe('a context, unpacked by the system tar', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'context-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is the folder that it was made of', async () => {
    const context = path.join(folder, 'from');
    const unpacked = path.join(folder, 'to');
    const long = `${'d'.repeat(200)}/${'é'.repeat(100)}`;
    for (const name of ['empty', 'src/deep', long, unpacked])
      await mkdir(path.resolve(context, name), { recursive: true });
    const files: readonly [string, Buffer, number][] = [
      ['Dockerfile', Buffer.from('FROM scratch\n'), 0o644],
      ['src/none', Buffer.alloc(0), 0o600],
      ['src/deep/run.sh', Buffer.from('#!/bin/sh\n'), 0o4755],
      ['src/block', Buffer.alloc(512, 1), 0o644],
      ['src/large', Buffer.alloc(3 * 2 ** 20 + 1, 2), 0o640],
      ['src/Größe 日本 😀.txt', Buffer.from('x'), 0o644],
      [`${long}/${'f'.repeat(250)}`, Buffer.from('x'), 0o644],
    ];
    for (const [name, content, mode] of files) {
      await writeFile(path.join(context, name), content);
      await chmod(path.join(context, name), mode);
    }
    await chmod(path.join(context, 'empty'), 0o1777);
    for (const [target, name] of [
      ['run.sh', 'src/deep/relative'],
      ['/etc/passwd', 'absolute'],
      ['nowhere', 'dangling'],
      ['x'.repeat(300), 'far'],
      ['src', 'folder'],
    ] as const)
      await symlink(target, path.join(context, name));

    const tar = spawn('tar', ['-xpf', '-', '-C', unpacked], { stdio: ['pipe', 'ignore', 'inherit'] });
    const dockerfile = path.join(context, 'Dockerfile');
    const exit = once(tar, 'close');
    await pipeline(openContextTar({ context, dockerfile, signal: new AbortController().signal }), tar.stdin);
    assert.deepEqual(await exit, [0, null]);
    // A link's own time cannot be set everywhere.
    const withoutLinkTime = (line: string): string => line.replace(/^(l \d+ \d+) \d+/, '$1');
    assert.deepEqual(tree(unpacked).map(withoutLinkTime), tree(context).map(withoutLinkTime));
    assert.doesNotThrow(() => execFileSync('diff', ['-r', '--no-dereference', context, unpacked]));
  });
});
