import assert from 'node:assert/strict';
import type { Parsed } from '../../../tasks/EcrPrivatePush/src/image-reference.js';
import {
  parseBoolean,
  parseCommand,
  parseEndpoint,
  parseImageName,
  parsePlatform,
  parseStage,
} from '../../../tasks/EcrPrivatePush/src/inputs/grammar.js';

interface Grammar {
  readonly name: string;
  readonly parse: (text: string) => Parsed<unknown>;
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

const hex = '0123456789abcdef'.repeat(4);
const grammars: readonly Grammar[] = [
  {
    name: 'command',
    parse: parseCommand,
    good: ['buildAndPush', 'build', 'PUSH'],
    bad: ['', 'deploy', 'build and push'],
  },
  { name: 'a boolean', parse: parseBoolean, good: ['true', 'False', ''], bad: ['yes', '1', '$(flag)'] },
  {
    name: 'ecrEndpoint',
    parse: parseEndpoint,
    good: [
      'https://api.ecr.eu-west-1.amazonaws.com',
      'http://127.0.0.1:4566',
      'http://localhost:1/',
      'http://[::1]:80',
    ],
    bad: [
      '',
      'api.ecr.eu-west-1.amazonaws.com',
      'http://api.ecr.eu-west-1.amazonaws.com',
      'https://user:word@host',
      'ftp://host',
      'http://127.0.0.1.example.com',
    ],
  },
  {
    name: 'platform',
    parse: parsePlatform,
    good: ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'windows/amd64'],
    bad: ['', 'arm64', 'linux/amd64,linux/arm64', 'Linux/amd64', 'linux/'],
  },
  {
    name: 'target',
    parse: parseStage,
    good: ['build', 'stage-1', '0', 'a.b_c'],
    bad: ['', 'a b', '-x', '0x'],
  },
  {
    name: 'sourceImage',
    parse: parseImageName,
    good: [
      'app',
      'team/app:1',
      'host.example:5000/team/app:v1',
      'localhost/app',
      `app@sha256:${hex}`,
      `sha256:${hex}`,
      hex.slice(0, 12),
    ],
    bad: ['', 'App', 'a b', 'app:', 'app:-x', 'team//app', `app@sha256:${hex.slice(1)}`, 'a'.repeat(513)],
  },
];

for (const { name, parse, good, bad } of grammars) {
  describe(name, () => {
    for (const text of good) {
      it(`may be ${JSON.stringify(text)}`, () => {
        assert.ok(parse(text).ok);
      });
    }
    for (const text of bad) {
      it(`may not be ${JSON.stringify(text.slice(0, 60))}`, () => {
        assert.ok(!parse(text).ok);
      });
    }
    it('gives an example that keeps its own rule', () => {
      const refused = parse('not/ valid');
      assert.ok(!refused.ok && parse(refused.example).ok);
    });
  });
}
