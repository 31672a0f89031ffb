import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchStage } from './stage.js';

const run = promisify(execFile);

/** The CLI that came with the engine's package, which has BuildKit without a plug-in; undefined where there is none. */
export function dockerCli(): string | undefined {
  return ['/usr/bin/docker', '/usr/local/bin/docker'].find((path) => existsSync(path));
}

/** Milliseconds of `docker build` and `docker push` of a build that is cached and an image that is there. */
export async function buildAndPushByCli(
  cli: string,
  { folder, lab, dockerHost, sources, base }: BenchStage,
): Promise<number> {
  const config = join(folder, 'docker-config');
  await mkdir(config, { recursive: true });
  const { username, password } = lab.issueToken();
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  await writeFile(join(config, 'config.json'), JSON.stringify({ auths: { [lab.host]: { auth } } }));
  const env = { ...process.env, DOCKER_HOST: dockerHost, DOCKER_CONFIG: config, DOCKER_BUILDKIT: '1' };
  const image = `${lab.host}/bench/app:cli`;
  const started = performance.now();
  await run(cli, ['build', '--build-arg', `BASE=${base}`, '--tag', image, sources], { env });
  await run(cli, ['push', image], { env });
  return performance.now() - started;
}
