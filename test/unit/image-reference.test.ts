import assert from 'node:assert/strict';
import {
  parseDigest,
  parseImageId,
  parseRepositoryName,
  parseTag,
  type Parsed,
} from '../../tasks/EcrPrivatePush/src/image-reference.js';

interface Grammar {
  readonly name: string;
  readonly parse: (text: string) => Parsed<string>;
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

const hex = '0123456789abcdef'.repeat(4);
const grammars: readonly Grammar[] = [
  {
    name: 'a repository name',
    parse: parseRepositoryName,
    good: ['app', 'team/app', 'a1', 'team.x/app-y_z', 'a/b/c/d', 'a'.repeat(256)],
    bad: [
      '',
      'a',
      'App',
      'team//app',
      '/app',
      'app/',
      'app:1',
      'a..b',
      'a__b',
      'a b',
      '-app',
      'a'.repeat(257),
      'host.example:5000/app',
    ],
  },
  {
    name: 'a tag',
    parse: parseTag,
    good: ['1', 'v1.2.3', '_x', 'A-b.c_d', 'a'.repeat(128)],
    bad: ['', '.a', '-a', 'a b', 'a/b', 'a:b', 'a'.repeat(129), '$(Build.BuildId)', 'é'],
  },
  {
    name: 'a digest',
    parse: parseDigest,
    good: [`sha256:${hex}`],
    bad: ['', hex, `sha512:${hex}`, `sha256:${hex.toUpperCase()}`, `sha256:${hex}0`],
  },
  { name: 'an image id', parse: parseImageId, good: [`sha256:${hex}`], bad: ['', hex, hex.slice(0, 12)] },
];

for (const { name, parse, good, bad } of grammars) {
  describe(name, () => {
    for (const text of good) {
      it(`may be ${JSON.stringify(text.slice(0, 40))}`, () => {
        assert.deepEqual(parse(text), { ok: true, value: text });
      });
    }
    for (const text of bad) {
      it(`may not be ${JSON.stringify(text.slice(0, 40))} (${String(text.length)} characters)`, () => {
        assert.equal(parse(text).ok, false);
      });
    }
    it('gives an example that keeps its own rule', () => {
      const refused = parse('');
      assert.ok(!refused.ok && parse(refused.example).ok);
    });
  });
}
