import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { JsonLinesError, jsonLines } from '../../../tasks/EcrPrivatePush/src/docker/json-lines.js';

async function read(chunks: readonly Buffer[], limit?: number): Promise<readonly unknown[]> {
  const values: unknown[] = [];
  for await (const value of jsonLines(Readable.from(chunks), limit)) values.push(value);
  return values;
}

const text = (...chunks: readonly string[]): readonly Buffer[] => chunks.map((chunk) => Buffer.from(chunk));

describe('jsonLines', () => {
  const good: readonly [string, readonly Buffer[], readonly unknown[]][] = [
    ['several lines in a chunk', text('{"a":1}\r\n{"a":2}\r\n'), [{ a: 1 }, { a: 2 }]],
    ['a line over several chunks', text('{"a"', ':', '1}\n'), [{ a: 1 }]],
    ['a character cut in two', Array.from(Buffer.from('"é€😀"\n'), (byte) => Buffer.from([byte])), ['é€😀']],
    ['a last line without an end', text('1\n2'), [1, 2]],
    ['blank lines', text('\n\r\n1\n \n'), [1]],
    ['nothing', [], []],
  ];
  for (const [name, chunks, values] of good)
    it(`reads ${name}`, async () => {
      assert.deepEqual(await read(chunks), values);
    });

  const bad: readonly [string, readonly Buffer[]][] = [
    ['a line that is not JSON', text('{"a":1}\noops\n')],
    ['a last line that was cut off', text('{"a":1}\n{"a":')],
    ['a line that is too long', text(`"${'x'.repeat(40)}"\n`)],
    ['a line that does not end', text('"', 'x'.repeat(20), 'x'.repeat(20))],
  ];
  for (const [name, chunks] of bad)
    it(`refuses ${name}`, async () => {
      await assert.rejects(read(chunks, 32), JsonLinesError);
    });

  it('gives each value before the next chunk is asked for', async () => {
    const asked: string[] = [];
    async function* source(): AsyncGenerator<Buffer> {
      asked.push('first');
      yield Buffer.from('1\n');
      asked.push('second');
      yield await Promise.resolve(Buffer.from('2\n'));
    }
    const values = jsonLines(source());
    assert.equal((await values.next()).value, 1);
    assert.deepEqual(asked, ['first']);
  });
});
