import assert from 'node:assert/strict';
import { compilePattern } from '../../../../tasks/EcrPrivatePush/src/docker/context/ignore-pattern.js';

describe('mayMatchBelow', () => {
  const cases: readonly [string, string, boolean][] = [
    ['a/b', 'a', true],
    ['a/b', 'a/b', false],
    ['a/b', 'b', false],
    ['a/b/c', 'a/b', true],
    ['a/b/c', 'a/x', false],
    ['*/b', 'x', true],
    ['a/*/c', 'a/x', true],
    ['*.md', 'docs', false],
    ['**/x', 'a/b/c', true],
    ['a/**', 'a/b', true],
    ['a/**', 'b', false],
    ['a**', 'a/b', true],
    ['a[x/]b/c', 'a', true],
  ];
  for (const [pattern, folder, may] of cases)
    it(`${pattern} ${may ? 'may' : 'cannot'} match below ${folder}`, () => {
      assert.equal(compilePattern(pattern, true)?.mayMatchBelow(folder), may);
    });
});
