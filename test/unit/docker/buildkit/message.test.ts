import assert from 'node:assert/strict';
import {
  bytes,
  embedded,
  flag,
  integer,
  message,
  repeated,
  repeatedText,
  text,
  textMap,
} from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/message.js';

const hex = (encoded: Uint8Array): string => Buffer.from(encoded).toString('hex');

describe('a protocol buffer message', () => {
  // https://protobuf.dev/programming-guides/encoding/
  it("encodes the specification's own examples", () => {
    const test1 = message({ a: integer(1) });
    assert.equal(hex(test1.encode({ a: 150 })), '089601');
    assert.equal(hex(message({ b: text(2) }).encode({ b: 'testing' })), '120774657374696e67');
    assert.equal(hex(message({ c: embedded(3, test1) }).encode({ c: { a: 150 } })), '1a03089601');
  });

  const inner = message({ name: text(1), size: integer(2) });
  const outer = message({
    text: text(1),
    bytes: bytes(2),
    flag: flag(3),
    integer: integer(4),
    inner: embedded(5, inner),
    texts: repeatedText(6),
    inners: repeated(7, inner),
    map: textMap(20),
  });

  it('gives back what was encoded', () => {
    const value = {
      text: 'é',
      bytes: new Uint8Array([0, 255]),
      flag: true,
      integer: Number.MAX_SAFE_INTEGER,
      inner: { name: 'a', size: 1 },
      texts: ['x', '', 'y'],
      inners: [
        { name: '', size: 0 },
        { name: 'b', size: 2 },
      ],
      map: new Map([
        ['k', 'v'],
        ['empty', ''],
      ]),
    };
    const { bytes: content, ...rest } = outer.decode(outer.encode(value));
    const { bytes: expected, ...others } = value;
    assert.deepEqual(rest, others);
    assert.equal(hex(content), hex(expected));
  });

  it('gives absent fields their defaults', () => {
    assert.deepEqual(outer.decode(new Uint8Array()), {
      text: '',
      bytes: new Uint8Array(),
      flag: false,
      integer: 0,
      inner: undefined,
      texts: [],
      inners: [],
      map: new Map(),
    });
  });

  it('leaves out what holds its default', () => {
    assert.equal(outer.encode({ text: '', integer: 0, flag: false, texts: [], map: new Map() }).length, 0);
  });

  it('passes over fields that it does not know', () => {
    const wide = message({ name: text(1), other: text(9), more: integer(10) });
    assert.deepEqual(inner.decode(wide.encode({ name: 'n', other: 'o', more: 3 })), { name: 'n', size: 0 });
  });
});
