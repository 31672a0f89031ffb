import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const policyFile = '/usr/sbin/policy-rc.d';

/** Whether this process may install Debian packages on this machine. */
export async function canInstallPackages(): Promise<boolean> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}

/**
 * Installs packages without a question and without what they recommend. No service of theirs is started.
 * @throws Error with apt's own words.
 */
export async function installPackages(
  names: readonly string[],
  onLine: (line: string) => void,
): Promise<void> {
  onLine(`Installing ${names.join(', ')} with apt-get`);
  await withoutStartingServices(async () => {
    try {
      await aptGet('install', '--no-install-recommends', ...names);
    } catch {
      // A fresh machine has no package lists, an old one stale ones. If the cause is another, it shows again below.
      await aptGet('update');
      await aptGet('install', '--no-install-recommends', ...names);
    }
  });
}

async function aptGet(command: string, ...rest: readonly string[]): Promise<void> {
  const options = ['--yes', '--quiet=2', '--option=DPkg::Lock::Timeout=120'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', [...options, command, ...rest], { env, maxBuffer: 64 * 1024 * 1024 });
}

/** The maintainer scripts ask `policy-rc.d` whether they may start what they installed; 101 means no. */
async function withoutStartingServices(install: () => Promise<void>): Promise<void> {
  if (existsSync(policyFile)) {
    await install();
    return;
  }
  const remove = (): void => {
    rmSync(policyFile, { force: true });
  };
  writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' });
  process.once('exit', remove);
  try {
    await install();
  } finally {
    remove();
    process.off('exit', remove);
  }
}
