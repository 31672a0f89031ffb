import assert from 'node:assert/strict';
import { formatBytes, formatDuration, shortDigest } from '../../../tasks/EcrPrivatePush/src/report/format.js';

describe('formatBytes', () => {
  const rows: readonly (readonly [bytes: number, shown: string])[] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1536, '1.5 kB'],
    [123_456, '123 kB'],
    [5_368_709_120, '5.4 GB'],
    [1e18, '1000000 TB'],
  ];
  for (const [bytes, shown] of rows)
    it(`shows ${String(bytes)} as ${shown}`, () => {
      assert.equal(formatBytes(bytes), shown);
    });
});

describe('formatDuration', () => {
  const rows: readonly (readonly [milliseconds: number, shown: string])[] = [
    [0, '0 ms'],
    [999, '999 ms'],
    [1000, '1.0 s'],
    [59_900, '59.9 s'],
    [60_000, '1 min 00 s'],
    [245_400, '4 min 05 s'],
  ];
  for (const [milliseconds, shown] of rows)
    it(`shows ${String(milliseconds)} ms as ${shown}`, () => {
      assert.equal(formatDuration(milliseconds), shown);
    });
});

describe('shortDigest', () => {
  it('keeps the first twelve hex digits', () => {
    assert.equal(shortDigest(`sha256:${'0123456789abcdef'.repeat(4)}`), '0123456789ab');
  });
});
