import { orAborted } from './or-aborted.js';

/** The EC2 instance's own word on where it runs. */
export interface InstanceMetadata {
  /** Rejects only with the signal's reason. */
  region(signal: AbortSignal): Promise<MetadataRegion>;
}

export type MetadataRegion =
  | { readonly kind: 'region'; readonly region: string }
  /** A clause without its full stop. */
  | { readonly kind: 'none'; readonly reason: string };

/** The service is on the host itself and answers within milliseconds; elsewhere nobody does. */
const patience = 2_000;
const identityDocument = 'latest/dynamic/instance-identity/document';

/** Instance metadata, version 2 only, at the place that the environment's AWS_EC2_METADATA_… variables name. */
export function instanceMetadata(environment: Readonly<NodeJS.ProcessEnv>): InstanceMetadata {
  return {
    region: async (signal) => {
      signal.throwIfAborted();
      if (environment['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true')
        return { kind: 'none', reason: 'AWS_EC2_METADATA_DISABLED is true' };
      try {
        // The SDK's metadata client takes no signal: the wait ends here, its own timeout ends the request.
        const document = orAborted(readIdentity(environment), signal);
        return regionOf(await orAborted(document, AbortSignal.timeout(patience)));
      } catch (error) {
        signal.throwIfAborted();
        return { kind: 'none', reason: reasonOf(error) };
      }
    },
  };
}

async function readIdentity(environment: Readonly<NodeJS.ProcessEnv>): Promise<string> {
  const { MetadataService } = await import('@aws-sdk/ec2-metadata-service');
  const endpoint = environment['AWS_EC2_METADATA_SERVICE_ENDPOINT'];
  const service = new MetadataService({
    ec2MetadataV1Disabled: true,
    httpOptions: { timeout: patience / 2 },
    retries: 0,
    ...(endpoint === undefined || endpoint === '' ? {} : { endpoint }),
  });
  return service.request(identityDocument, {});
}

function regionOf(document: string): MetadataRegion {
  const identity: unknown = JSON.parse(document);
  if (typeof identity === 'object' && identity !== null && 'region' in identity)
    if (typeof identity.region === 'string') return { kind: 'region', region: identity.region };
  return { kind: 'none', reason: 'its identity document names no region' };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed without a word';
  return error.name === 'TimeoutError'
    ? `no answer within ${patience / 1000} s`
    : error.message.slice(0, 256);
}
