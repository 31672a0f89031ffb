import { bytes, message, repeated, text } from './message.js';

/** google/rpc/status.proto and google/protobuf/any.proto */
const any = message({ type_url: text(1), value: bytes(2) });
const status = message({ details: repeated(3, any) });

/**
 * The line of the Dockerfile, from 1, where the error is, from `grpc-status-details-bin`. BuildKit puts its own types there as JSON
 * (util/grpcerrors/grpcerrors.go), of which `errdefs.Source` (solver/errdefs/errdefs.proto) holds the lines.
 * Docker 20.10 sends no details.
 */
export function sourceLine(details: Uint8Array): number | undefined {
  for (const { type_url, value } of status.decode(details).details) {
    if (!/errdefs\.Source(?:\+json)?$/.test(type_url)) continue;
    const line = firstLine(parse(value));
    if (line !== undefined) return line;
  }
  return undefined;
}

function parse(json: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(json).toString('utf8'));
  } catch {
    // Another version's form: the error is then told without a line.
    return undefined;
  }
}

function firstLine(source: unknown): number | undefined {
  const [range] = asArray(property(source, 'ranges'));
  const line = property(property(range, 'start'), 'line');
  return typeof line === 'number' && line > 0 ? line : undefined;
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
