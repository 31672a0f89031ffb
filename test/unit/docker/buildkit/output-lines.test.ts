import assert from 'node:assert/strict';
import { OutputLines } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/output-lines.js';

const read = (...chunks: readonly (string | readonly number[])[]): readonly string[] => {
  const lines = new OutputLines();
  const whole = chunks.flatMap((chunk) =>
    lines.push(typeof chunk === 'string' ? Buffer.from(chunk) : Uint8Array.from(chunk)),
  );
  return [...whole, ...lines.end()];
};

describe('the lines of an output stream', () => {
  const cases: readonly (readonly [string, readonly (string | readonly number[])[], readonly string[]])[] = [
    ['that is cut inside lines', ['on', 'e\ntw', 'o\n'], ['one', 'two']],
    ['without a line break at the end', ['one\ntwo'], ['one', 'two']],
    ['with empty lines', ['\n\na\n'], ['', '', 'a']],
    ['with Windows line ends', ['a\r', '\nb\r\n'], ['a', 'b']],
    [
      'that is cut inside a character',
      [
        [0x63, 0xc3],
        [0xa9, 0x0a],
      ],
      ['cé'],
    ],
    ['that is no UTF-8', [[0x61, 0xff, 0x62, 0x0a]], ['a\uFFFDb']],
    ['with a progress bar', ['1%\r', '2%\r', '100%', '\n'], ['100%']],
    ['with a progress bar that is not ended', ['1%\r2%\r'], ['2%']],
  ];
  for (const [name, chunks, expected] of cases)
    it(name, () => {
      assert.deepEqual(read(...chunks), expected);
    });

  it('cuts a line that is too long, however it comes', () => {
    const [line = ''] = read(...Array.from({ length: 100 }, () => 'x'.repeat(1000)), '\n');
    assert.equal(line, `${'x'.repeat(4096)} … (line cut)`);
  });
});
