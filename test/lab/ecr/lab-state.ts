import type { Clock } from '../../../tasks/EcrPrivatePush/src/clock.js';
import type { BlobFiles } from './blob-files.js';
import type { Uploads } from './data-plane/uploads.js';
import type { Principal } from './iam.js';
import type { RateLimit } from './rate-limit.js';
import type { Store } from './store.js';
import type { Tokens } from './tokens.js';

/** What a test may change while the lab runs. */
export interface LabSettings {
  tokenLifetimeMs: number;
  /** The account setting BLOB_MOUNTING. */
  blobMounting: boolean;
}

export interface LabLimits {
  /** Manifest PUTs and PutImage together; undefined: no limit. */
  putImagePerSecond: number | undefined;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What both planes work on. */
export interface LabState {
  readonly url: string;
  readonly host: string;
  readonly clock: Clock;
  readonly accessKey: AccessKey;
  readonly requireSignature: boolean;
  readonly store: Store;
  readonly files: BlobFiles;
  readonly tokens: Tokens;
  readonly uploads: Uploads;
  readonly principal: Principal;
  readonly putImageRate: RateLimit;
  readonly settings: LabSettings;
  readonly limits: LabLimits;
}
