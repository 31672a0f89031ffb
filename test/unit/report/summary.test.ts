import assert from 'node:assert/strict';
import { Lexer, type Token, type Tokens } from 'marked';
import {
  parseDigest,
  parseTag,
  type Digest,
  type Tag,
} from '../../../tasks/EcrPrivatePush/src/image-reference.js';
import type { PushReport } from '../../../tasks/EcrPrivatePush/src/report/push-report.js';
import { closingLine, renderSummary } from '../../../tasks/EcrPrivatePush/src/report/summary.js';

const repositoryUri = '123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/team/app';
const report: PushReport = {
  repositoryUri,
  region: 'ap-northeast-1',
  tags: [tag('1.4.2'), tag('latest')],
  digest: digest('a'),
  platform: 'linux/arm64',
  baseImage: 'base/busybox:1.35',
  layers: [
    { digest: digest('b'), size: 1_200_000, outcome: 'reused' },
    { digest: digest('c'), size: 34_000, outcome: 'new' },
    { digest: digest('d'), size: 5, outcome: undefined },
  ],
  phases: [
    { phase: 'preflight', duration: 300 },
    { phase: 'build', duration: 61_000 },
  ],
};

describe('the closing line', () => {
  it('says in short what the page says', () => {
    assert.equal(
      closingLine(report),
      `Pushed ${repositoryUri}@${digest('a')} (2 tags: 1.4.2, latest; 1.2 MB, 1 of 3 layers new) in 1 min 01 s`,
    );
  });
});

describe('the summary page', () => {
  const tokens = Lexer.lex(renderSummary(report));

  it('offers a pull by digest to copy', () => {
    const block = tokens.find((token): token is Tokens.Code => token.type === 'code');
    assert.equal(block?.text, `docker pull ${repositoryUri}@${digest('a')}`);
  });

  it('shows image, digest, tags, platform, size, base and region', () => {
    assert.deepEqual(
      rowsOf(tokens, 0).map(([name]) => name),
      ['Digest', 'Tags', 'Platform', 'Size', 'Base image', 'Region'],
    );
  });

  it('shows for each layer its compressed size and whether it was new', () => {
    assert.deepEqual(
      rowsOf(tokens, 1).map((cells) => cells.slice(2)),
      [
        ['1.2 MB', 'reused'],
        ['34.0 kB', 'new'],
        ['5 B', 'not known'],
      ],
    );
  });

  it('shows the time of each phase and of all', () => {
    assert.deepEqual(
      rowsOf(tokens, 2).map(([, time]) => time),
      ['300 ms', '1 min 01 s', '**1 min 01 s**'],
    );
  });

  it('makes no markup of a name that comes from outside', () => {
    const hostile = renderSummary({ ...report, baseImage: 'x`|<img src=y>|\n# z' });
    const base = rowsOf(Lexer.lex(hostile), 0).find(([name]) => name === 'Base image');
    assert.equal(base?.length, 2);
    assert.equal(Lexer.lex(hostile).filter((token) => token.type === 'heading').length, 3);
    assert.match(base[1] ?? '', /^`.*`$/);
  });
});

function rowsOf(tokens: readonly Token[], table: number): readonly (readonly string[])[] {
  const found = tokens.filter((token): token is Tokens.Table => token.type === 'table')[table];
  assert.ok(found !== undefined);
  return found.rows.map((row) => row.map((cell) => cell.text));
}

function digest(digit: string): Digest {
  const parsed = parseDigest(`sha256:${digit.repeat(64)}`);
  assert.ok(parsed.ok);
  return parsed.value;
}

function tag(text: string): Tag {
  const parsed = parseTag(text);
  assert.ok(parsed.ok);
  return parsed.value;
}
