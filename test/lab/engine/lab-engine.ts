import { existsSync } from 'node:fs';
import { canInstallPackages, installPackages } from '../debian-packages.js';
import { pingEngine } from './ping.js';
import { startPrivateEngine } from './private-engine.js';

/** A real Docker Engine to test against. */
export interface LabEngine {
  /** As in DOCKER_HOST. */
  readonly dockerHost: string;
  /** One sentence on what it is and where it came from. */
  readonly description: string;
  /** Stops and removes what was started for it; leaves an engine alone that was there before. */
  stop(): Promise<void>;
}

interface LabEngineOptions {
  /** Told what is being done, a line at a time. */
  readonly onLine: (line: string) => void;
}

const defaultHost = 'unix:///var/run/docker.sock';

/** Takes the engine that answers; else starts a private one, after installing it where that is possible. */
export async function startLabEngine({
  onLine,
}: LabEngineOptions): Promise<LabEngine | { readonly missing: string }> {
  const running = await runningEngine(onLine);
  if (running !== undefined) return running;
  if (process.getuid?.() !== 0) return { missing: missingText('this user is not root') };
  try {
    if (!hasDockerd()) {
      if (!(await canInstallPackages())) return { missing: missingText('this is not Debian or Ubuntu') };
      await installPackages(['docker.io'], onLine);
    }
    return await startPrivateEngine(onLine);
  } catch (error) {
    return { missing: missingText(error instanceof Error ? error.message.trim() : String(error)) };
  }
}

async function runningEngine(onLine: (line: string) => void): Promise<LabEngine | undefined> {
  const given = process.env['DOCKER_HOST'];
  for (const dockerHost of [given, defaultHost]) {
    if (dockerHost === undefined || dockerHost === '') continue;
    const version = await pingEngine(dockerHost);
    if (version !== undefined) {
      const description = `the engine that answers at ${dockerHost} (API ${version})`;
      return { dockerHost, description, stop: () => Promise.resolve() };
    }
    if (dockerHost === given) onLine(`DOCKER_HOST is ${given}, but no engine answers there`);
  }
  return undefined;
}

function hasDockerd(): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/bin', '/usr/local/bin'];
  return folders.some((folder) => existsSync(`${folder}/dockerd`));
}

function missingText(reason: string): string {
  return (
    `No Docker Engine answers and none could be started: ${reason}. ` +
    'Install one (on Debian or Ubuntu: apt-get install docker.io) and start it, or set DOCKER_HOST to one ' +
    'that answers over unix:// or tcp://, or run this as root on Debian or Ubuntu, where it is done for you.'
  );
}
