import { text } from 'node:stream/consumers';
import Docker from 'dockerode';

/**
 * Pulls an image and runs it without a network.
 * @returns what it printed.
 * @throws Error when the pull fails or the container ends with another code than 0.
 */
export async function pullAndRun(
  dockerHost: string,
  reference: string,
  credentials: Docker.AuthConfig,
): Promise<string> {
  const docker = clientOf(dockerHost);
  // The name that the push left would make the pull a matter of form.
  for (const name of await namesOn(docker, hostOf(reference)))
    await docker.getImage(name).remove({ force: true });
  const progress = await text(await docker.pull(reference, { authconfig: credentials }));
  const failure = /^\{.*"error":.*$/m.exec(progress)?.[0];
  if (failure !== undefined) throw new Error(failure);

  const container = await docker.createContainer({
    Image: reference,
    HostConfig: { NetworkMode: 'none' },
    Tty: true,
  });
  try {
    await container.start();
    await container.wait();
    const { ExitCode: code } = (await container.inspect()).State;
    const output = (await container.logs({ stdout: true, stderr: true })).toString().trimEnd();
    if (code !== 0) throw new Error(`the container ended with ${code}: ${output}`);
    return output;
  } finally {
    await container.remove({ force: true });
  }
}

/** Removes what the engine holds of a registry that is about to vanish. */
export async function removeImages(dockerHost: string, registryHost: string): Promise<void> {
  const docker = clientOf(dockerHost);
  for (const name of await namesOn(docker, registryHost)) await docker.getImage(name).remove({ force: true });
}

async function namesOn(docker: Docker, registryHost: string): Promise<readonly string[]> {
  const images = await docker.listImages();
  const names = images.flatMap(({ RepoTags: tags, RepoDigests: digests }) => [
    ...(tags ?? []),
    ...(digests ?? []),
  ]);
  const ours = names.filter((name) => name.startsWith(`${registryHost}/`));
  const tagged = ours.filter((name) => !name.includes('@'));
  // With its last tag an image loses its digests too.
  return tagged.length > 0 ? tagged : ours;
}

function hostOf(reference: string): string {
  return reference.slice(0, reference.indexOf('/'));
}

function clientOf(dockerHost: string): Docker {
  if (dockerHost.startsWith('unix://')) return new Docker({ socketPath: dockerHost.slice('unix://'.length) });
  const { hostname, port } = new URL(dockerHost);
  return new Docker({ protocol: 'http', host: hostname, port });
}
