import { parseRegion, type Region } from './region.js';
import { parseRegistryId, type RegistryId } from './registry-id.js';

interface EcrHost {
  readonly account: RegistryId;
  readonly region: Region;
}

/**
 * `<account>.dkr.ecr[-fips].<region>.<suffix>`, and dual-stack `<account>.dkr-ecr[-fips].<region>.on.aws`.
 * The suffixes are those of AWS's partitions, written out whole: a token must never go to a look-alike.
 */
const ecrHostPattern = new RegExp(
  String.raw`^(\d{12})\.dkr(?:` +
    String.raw`\.ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)` +
    String.raw`|-ecr(?:-fips)?\.([a-z0-9-]+)\.on\.(?:aws|amazonwebservices\.com\.cn))$`,
);

/** The account and region of an ECR private registry's host; undefined for every other host and for any with a port. */
export function parseEcrHost(host: string): EcrHost | undefined {
  const match = ecrHostPattern.exec(host.toLowerCase());
  const account = parseRegistryId(match?.[1] ?? '');
  const region = parseRegion(match?.[2] ?? match?.[3] ?? '');
  return account.ok && region.ok ? { account: account.value, region: region.value } : undefined;
}
