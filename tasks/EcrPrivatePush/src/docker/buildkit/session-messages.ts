/** What the engine asks back over the session, in upstream's spelling; each names the file that it mirrors. */
import { bytes, embedded, integer, message, text, type MessageOf } from './message.js';

/** github.com/grpc/grpc-proto, grpc/health/v1/health.proto */
export const healthCheckResponse = message({ status: integer(1) });
export const serving = 1;

/** github.com/moby/buildkit, session/auth/auth.proto */
export const credentialsRequest = message({ Host: text(1) });
export const credentialsResponse = message({ Username: text(1), Secret: text(2) });

/** github.com/moby/buildkit, session/upload/upload.proto */
export const bytesMessage = message({ data: bytes(1) });

/** github.com/tonistiigi/fsutil, types/stat.proto */
const stat = message({
  path: text(1),
  /** Go's os.FileMode: the permission bits, and no type bit for a regular file. */
  mode: integer(2),
  size: integer(5),
  /** Nanoseconds since the epoch. */
  modTime: integer(6),
});

/** github.com/tonistiigi/fsutil, types/wire.proto */
export const packet = message({ type: integer(1), stat: embedded(2, stat), ID: integer(3), data: bytes(4) });
export type Packet = MessageOf<typeof packet>;
export const packetType = { stat: 0, request: 1, data: 2, fin: 3, error: 4 } as const;
