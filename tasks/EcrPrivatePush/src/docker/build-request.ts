import type { ImageId } from '../image-reference.js';
import type { RegistryCredentials } from '../registry-credentials.js';

/** What is to be built, as `docker build` has it. */
export interface BuildRequest {
  /** Absolute path of the build context's folder. */
  readonly context: string;
  /** Absolute path of the Dockerfile, inside the context or not. */
  readonly dockerfile: string;
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly target: string | undefined;
  /** `os/architecture[/variant]`; the engine's own when undefined. */
  readonly platform: string | undefined;
  /** Ask the registries for newer base images. */
  readonly pull: boolean;
  readonly noCache: boolean;
}

/** What the build made. The image has no name yet. */
export interface BuiltImage {
  readonly id: ImageId;
  /** The base of the last stage as the build resolved it, `name:tag@digest`; undefined for `FROM scratch`. */
  readonly baseImage: string | undefined;
}

/** Credentials for one registry host, and never for another; undefined where there are none. */
export type CredentialLookup = (
  host: string,
  signal: AbortSignal,
) => Promise<RegistryCredentials | undefined>;
