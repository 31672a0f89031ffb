import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  matchIgnored,
  parseIgnorePatterns,
  readIgnorePatterns,
  type PatternMatches,
} from '../../../../tasks/EcrPrivatePush/src/docker/context/ignore.js';
import { TaskFailure } from '../../../../tasks/EcrPrivatePush/src/failure.js';

/** Whether a path is ignored, found on the way down to it, as a walk finds it. */
function isIgnored(text: string, file: string): boolean {
  const patterns = parseIgnorePatterns(text, '.dockerignore');
  const segments = file.split('/');
  const onTheWay = segments.map((_, index) => segments.slice(0, index + 1).join('/'));
  const none = { ignored: false, matches: [] as PatternMatches };
  return onTheWay.reduce((above, name) => matchIgnored(patterns, name, above.matches), none).ignored;
}

/** Patterns; what they ignore; what they leave. */
type Rule = readonly [string, readonly string[], readonly string[]];

// https://docs.docker.com/build/concepts/context/#syntax, its examples and sentences in its order.
const published: readonly Rule[] = [
  ['# comment', [], ['# comment', 'comment']],
  ['*/temp*', ['somedir/temporary.txt', 'somedir/temp', 'somedir/temp/deep'], ['temp', 'a/b/temp']],
  ['*/*/temp*', ['somedir/subdir/temporary.txt'], ['somedir/temporary.txt', 'temp']],
  ['temp?', ['tempa', 'tempb'], ['temp', 'tempab', 'a/tempa']],
  ['foo/bar', ['foo/bar', 'foo/bar/x'], ['foo', 'a/foo/bar', 'bar']],
  ['/foo/bar/', ['foo/bar', 'foo/bar/x'], ['foo', 'a/foo/bar']],
  ['foo/./bar/../bar', ['foo/bar'], ['foo']],
  ['**/*.go', ['main.go', 'a/main.go', 'a/b/main.go'], ['main.gox', 'go']],
  ['*.md\n!README.md', ['CHANGES.md'], ['README.md', 'docs/CHANGES.md']],
  ['*.md\n!README*.md\nREADME-secret.md', ['a.md', 'README-secret.md'], ['README.md', 'README-x.md']],
  ['*.md\nREADME-secret.md\n!README*.md', ['a.md'], ['README-secret.md', 'README.md']],
  ['*\n!Dockerfile\n!src', ['a', 'b/c'], ['Dockerfile', 'src', 'src/deep/x']],
];

const further: readonly Rule[] = [
  ['\uFEFFa', ['a'], ['\uFEFFa']],
  ['  a  \r\n\tb\r\n\r\n', ['a', 'b'], ['c']],
  ['  # not a comment', ['# not a comment'], ['a']],
  ['! b\n*\n! a', ['b'], ['a']],
  ['**', ['a', 'a/b'], []],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'b']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['z', 'a/b']],
  ['**/node_modules', ['node_modules', 'a/node_modules/b'], ['node_modules.txt']],
  ['**.log', ['x.log', 'a/x.log', '.log'], ['x.logs']],
  ['[a-c].txt', ['a.txt', 'c.txt'], ['d.txt', '-.txt']],
  ['[^a-c].txt', ['d.txt'], ['a.txt']],
  ['[\\]-].txt'.replace('-]', '\\-]'), ['].txt', '-.txt'], ['\\.txt']],
  ['a\\*b', ['a*b'], ['axb']],
  ['c++/lib(1)|{x}.$', ['c++/lib(1)|{x}.$'], ['c/lib1']],
  ['a]', ['a]'], ['a']],
  ['?', ['é', '😀'], ['ab', '/']],
  ['Temp', ['Temp'], ['temp']],
  ['..', [], ['a', '..a']],
  ['constructor', ['constructor'], ['toString', 'hasOwnProperty']],
  ['*\n!a/b/c', ['a', 'a/b', 'a/x'], ['a/b/c', 'a/b/c/d']],
  ['a\n!a/b\na/b/c', ['a', 'a/x', 'a/b/c'], ['a/b', 'a/b/d']],
  // A pattern that changed nothing for the folder is asked again for what is in it, and no longer speaks of it.
  ['a\n!a/b\na', ['a', 'a/x'], ['a/b']],
];

describe('.dockerignore', () => {
  for (const [title, rules] of [
    ['its published rules', published],
    ['what the docker CLI does beyond them', further],
  ] as const)
    describe(title, () => {
      for (const [text, ignored, left] of rules)
        it(JSON.stringify(text), () => {
          for (const file of ignored) assert.equal(isIgnored(text, file), true, `${file} is ignored`);
          for (const file of left) assert.equal(isIgnored(text, file), false, `${file} is left`);
        });
    });

  for (const text of ['!', 'a\n  ! ', '[', 'a[]', '[a-]', '[-a]', 'a\\'])
    it(`says that ${JSON.stringify(text)} is not a pattern`, () => {
      assert.throws(
        () => parseIgnorePatterns(text, '.dockerignore'),
        (error: unknown) =>
          error instanceof TaskFailure && error.code === 'EPP102' && /^Line \d of/.test(error.what),
      );
    });
});

describe('readIgnorePatterns', () => {
  const unused = new AbortController().signal;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'ignore-'));
    await mkdir(path.join(folder, 'build'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const applies = async (dockerfile: string): Promise<readonly string[]> => {
    const patterns = await readIgnorePatterns(folder, path.join(folder, dockerfile), unused);
    return ['general', 'own'].filter((name) => patterns.some((pattern) => pattern.matches(name)));
  };

  it('takes .dockerignore of the context', async () => {
    await writeFile(path.join(folder, '.dockerignore'), 'general');
    assert.deepEqual(await applies('build/app.Dockerfile'), ['general']);
  });

  it('prefers the file beside the Dockerfile', async () => {
    await writeFile(path.join(folder, '.dockerignore'), 'general');
    await writeFile(path.join(folder, 'build/app.Dockerfile.dockerignore'), 'own');
    assert.deepEqual(await applies('build/app.Dockerfile'), ['own']);
    assert.deepEqual(await applies('Dockerfile'), ['general']);
  });

  it('prefers it also when it is empty', async () => {
    await writeFile(path.join(folder, '.dockerignore'), 'general');
    await writeFile(path.join(folder, 'Dockerfile.dockerignore'), '');
    assert.deepEqual(await applies('Dockerfile'), []);
  });

  it('needs neither', async () => {
    assert.deepEqual(await applies('Dockerfile'), []);
  });

  it('says when the file cannot be read', async () => {
    await mkdir(path.join(folder, '.dockerignore'));
    await assert.rejects(
      applies('Dockerfile'),
      (error: unknown) => error instanceof TaskFailure && error.code === 'EPP102',
    );
  });
});
