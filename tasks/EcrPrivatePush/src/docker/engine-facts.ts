/** What the engine says of itself. */
export interface EngineFacts {
  readonly version: string;
  /** The newest API version that it speaks. */
  readonly apiVersion: string;
  readonly operatingSystem: string;
  /** In Go's spelling, as in a platform: `amd64`. */
  readonly architecture: string;
  readonly cpus: number;
  readonly imageStore: 'graphdriver' | 'containerd';
  readonly storageDriver: string;
  /** The folder where the engine keeps its data, on the engine's machine. */
  readonly dataRoot: string;
}

/** From the answers to `GET /version` and `GET /info`. Engines that leave a field out get `unknown`. */
export function engineFacts(version: unknown, info: unknown): EngineFacts {
  const says = fields(version);
  const has = fields(info);
  return {
    version: text(says['Version']),
    apiVersion: text(says['ApiVersion']),
    operatingSystem: text(says['Os']),
    architecture: text(says['Arch']),
    cpus: typeof has['NCPU'] === 'number' ? has['NCPU'] : 1,
    imageStore: isContainerdStore(has['DriverStatus']) ? 'containerd' : 'graphdriver',
    storageDriver: text(has['Driver']),
    dataRoot: text(has['DockerRootDir']),
  };
}

/** The containerd store names itself among the pairs of `DriverStatus`. */
function isContainerdStore(driverStatus: unknown): boolean {
  const pairs: readonly unknown[] = Array.isArray(driverStatus) ? driverStatus : [];
  return pairs.some(
    (pair) =>
      Array.isArray(pair) &&
      pair[0] === 'driver-type' &&
      String(pair[1]).startsWith('io.containerd.snapshotter'),
  );
}

function fields(answer: unknown): Readonly<Record<string, unknown>> {
  return typeof answer === 'object' && answer !== null ? { ...answer } : {};
}

function text(field: unknown): string {
  return typeof field === 'string' && field !== '' ? field : 'unknown';
}
