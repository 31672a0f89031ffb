/** A codec for Protocol Buffers in which a message is data: its fields by name, each with its number and kind. */
import protobuf from 'protobufjs/minimal.js';

type Reader = protobuf.Reader;
type Writer = protobuf.Writer;

/** How one field stands on the wire, https://protobuf.dev/programming-guides/encoding/ */
export interface Field<T, Item = unknown> {
  readonly number: number;
  write(writer: Writer, value: T): void;
  readItem(reader: Reader): Item;
  /** What all occurrences of the field, in their order, make together; called with none for an absent field. */
  value(items: readonly Item[]): T;
}

export interface Message<T> {
  /** A field that is not given is left out, as one that holds its type's default is. */
  encode(value: Partial<T>): Uint8Array;
  /** An absent field has its type's default; an unknown field is passed over. */
  decode(bytes: Uint8Array): T;
}

/** The value that a message type encodes and decodes. */
export type MessageOf<M> = M extends Message<infer T> ? T : never;

type Fields = Readonly<Record<string, Field<unknown>>>;
type Value<F extends Fields> = { readonly [K in keyof F]: ReturnType<F[K]['value']> };

const varint = 0;
const lengthDelimited = 2;

export function message<F extends Fields>(fields: F): Message<Value<F>> {
  const named = Object.entries(fields);
  const byNumber = new Map(named.map(([, field]) => [field.number, field]));
  return {
    encode: (given) => {
      const writer = protobuf.Writer.create();
      for (const [name, field] of named) {
        const value: unknown = given[name];
        if (value !== undefined) field.write(writer, value);
      }
      return writer.finish();
    },
    decode: (bytes) => {
      const items = new Map<number, unknown[]>();
      const reader = protobuf.Reader.create(bytes);
      while (reader.pos < reader.len) {
        const key = reader.uint32();
        const field = byNumber.get(key >>> 3);
        if (field === undefined) reader.skipType(key & 7);
        else append(items, field.number, field.readItem(reader));
      }
      const value = named.map(([name, field]) => [name, field.value(items.get(field.number) ?? [])]);
      // Each field has made its own value.
      return Object.fromEntries(value) as Value<F>;
    },
  };
}

export function text(number: number): Field<string, string> {
  return {
    number,
    write: (writer, value) => {
      if (value !== '') delimited(writer, number).string(value);
    },
    readItem: (reader) => reader.string(),
    value: (items) => items.at(-1) ?? '',
  };
}

export function bytes(number: number): Field<Uint8Array, Uint8Array> {
  return {
    number,
    write: (writer, value) => {
      if (value.length > 0) delimited(writer, number).bytes(value);
    },
    readItem: (reader) => reader.bytes(),
    value: (items) => items.at(-1) ?? new Uint8Array(),
  };
}

export function flag(number: number): Field<boolean, boolean> {
  return {
    number,
    write: (writer, value) => {
      if (value) writer.uint32((number << 3) | varint).bool(true);
    },
    readItem: (reader) => reader.bool(),
    value: (items) => items.at(-1) ?? false,
  };
}

/** int32, int64, uint32, uint64 or an enum: sizes, counts and seconds are exact up to 2^53. */
export function integer(number: number): Field<number, number> {
  return {
    number,
    write: (writer, value) => {
      if (value !== 0) writer.uint32((number << 3) | varint).int64(value);
    },
    // A number or a Long, by whether protobufjs finds the package long, which it does not in a bundle.
    readItem: (reader) => protobuf.util.LongBits.from(reader.int64()).toNumber(),
    value: (items) => items.at(-1) ?? 0,
  };
}

/** A message in a message; undefined when it is absent. */
export function embedded<T>(number: number, type: Message<T>): Field<T | undefined, T> {
  return {
    number,
    write: (writer, value) => {
      if (value !== undefined) delimited(writer, number).bytes(type.encode(value));
    },
    readItem: (reader) => type.decode(reader.bytes()),
    value: (items) => items.at(-1),
  };
}

export function repeatedText(number: number): Field<readonly string[], string> {
  return {
    number,
    write: (writer, values) => {
      for (const value of values) delimited(writer, number).string(value);
    },
    readItem: (reader) => reader.string(),
    value: (items) => items,
  };
}

export function repeated<T>(number: number, type: Message<T>): Field<readonly T[], T> {
  return {
    number,
    write: (writer, values) => {
      for (const value of values) delimited(writer, number).bytes(type.encode(value));
    },
    readItem: (reader) => type.decode(reader.bytes()),
    value: (items) => items,
  };
}

const mapEntry = message({ key: text(1), value: text(2) });

/** `map<string, string>` */
export function textMap(number: number): Field<ReadonlyMap<string, string>, MessageOf<typeof mapEntry>> {
  const entries = repeated(number, mapEntry);
  return {
    number,
    write: (writer, values) => {
      entries.write(
        writer,
        [...values].map(([key, value]) => ({ key, value })),
      );
    },
    readItem: (reader) => mapEntry.decode(reader.bytes()),
    value: (items) => new Map(items.map(({ key, value }) => [key, value])),
  };
}

function delimited(writer: Writer, number: number): Writer {
  return writer.uint32((number << 3) | lengthDelimited);
}

function append(items: Map<number, unknown[]>, number: number, item: unknown): void {
  const list = items.get(number);
  if (list === undefined) items.set(number, [item]);
  else list.push(item);
}
