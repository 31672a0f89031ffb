import { connectEcr } from '../aws/ecr.js';
import { parseEcrHost } from '../aws/ecr-host.js';
import { ecrTokens } from '../aws/ecr-tokens.js';
import type { Region } from '../aws/region.js';
import type { CredentialLookup } from '../docker/build-request.js';
import { clientConfigCredentials } from '../docker/client-config.js';
import type { RegistryTokens } from '../registry-credentials.js';
import type { Run } from '../run.js';
import type { PushTarget } from './preflight.js';

/**
 * Who a base image's registry is shown, by its host: the push's own registry the push's token, another ECR registry
 * a token of its region, any other host what the agent's Docker configuration holds for exactly that host.
 */
export function baseImageCredentials(run: Run, target: PushTarget | undefined): CredentialLookup {
  const { agent, environment } = run;
  const others = clientConfigCredentials({ environment, log: agent.log });
  const byRegion = new Map<Region, Promise<RegistryTokens>>();

  const tokensOf = (region: Region): Promise<RegistryTokens> => {
    if (target?.region === region) return Promise.resolve(target.tokens);
    const known = byRegion.get(region) ?? regionalTokens(run, region);
    byRegion.set(region, known);
    return known;
  };

  return async (host, signal) => {
    if (host === target?.repository.registry.host) return target.tokens.current(signal);
    const ecr = parseEcrHost(host);
    if (ecr === undefined) return others(host, signal);
    return (await tokensOf(ecr.region)).current(signal);
  };
}

async function regionalTokens({ agent, clock, environment }: Run, region: Region): Promise<RegistryTokens> {
  const ecr = await connectEcr({ region, endpoint: undefined, environment });
  return ecrTokens({ ecr, clock, onToken: (password) => agent.mask(password) });
}
