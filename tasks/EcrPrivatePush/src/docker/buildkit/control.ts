/**
 * What the engine is asked over its control API, in upstream's spelling: github.com/moby/buildkit,
 * api/services/control/control.proto and solver/pb/ops.proto. Only the fields that a build here needs.
 */
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
  type MessageOf,
} from './message.js';

export const solvePath = '/moby.buildkit.v1.Control/Solve';
export const statusPath = '/moby.buildkit.v1.Control/Status';

const exporter = message({ Type: text(1), Attrs: textMap(2) });

export const solveRequest = message({
  Ref: text(1),
  /** For BuildKit before 0.13, which does not know `Exporters`. */
  ExporterDeprecated: text(3),
  ExporterAttrsDeprecated: textMap(4),
  Session: text(5),
  Frontend: text(6),
  FrontendAttrs: textMap(7),
  Exporters: repeated(13, exporter),
});
export type SolveRequest = MessageOf<typeof solveRequest>;

export const solveResponse = message({ ExporterResponse: textMap(1) });

export const statusRequest = message({ Ref: text(1) });

/** google/protobuf/timestamp.proto */
const timestamp = message({ seconds: integer(1), nanos: integer(2) });
export type Timestamp = MessageOf<typeof timestamp>;

const vertex = message({
  digest: text(1),
  inputs: repeatedText(2),
  name: text(3),
  cached: flag(4),
  started: embedded(5, timestamp),
  completed: embedded(6, timestamp),
  error: text(7),
});
export type Vertex = MessageOf<typeof vertex>;

const vertexStatus = message({
  ID: text(1),
  vertex: text(2),
  current: integer(4),
  total: integer(5),
  timestamp: embedded(6, timestamp),
  completed: embedded(8, timestamp),
});
export type VertexStatus = MessageOf<typeof vertexStatus>;

const vertexLog = message({
  vertex: text(1),
  timestamp: embedded(2, timestamp),
  /** 1 is stdout, 2 stderr. */
  stream: integer(3),
  msg: bytes(4),
});
export type VertexLog = MessageOf<typeof vertexLog>;

const sourceInfo = message({ filename: text(1) });
const position = message({ line: integer(1) });
const range = message({ start: embedded(1, position) });

const vertexWarning = message({
  vertex: text(1),
  short: bytes(3),
  url: text(5),
  info: embedded(6, sourceInfo),
  ranges: repeated(7, range),
});
export type VertexWarning = MessageOf<typeof vertexWarning>;

export const statusResponse = message({
  vertexes: repeated(1, vertex),
  statuses: repeated(2, vertexStatus),
  logs: repeated(3, vertexLog),
  warnings: repeated(4, vertexWarning),
});
export type StatusResponse = MessageOf<typeof statusResponse>;
