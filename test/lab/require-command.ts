import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { canInstallPackages, installPackages } from './debian-packages.js';
import { skipFor } from './skipped.js';

/** The commands that tests use and that are not ours, with the Debian package of each. */
const packageOf = { skopeo: 'skopeo', busybox: 'busybox-static' } as const;

export type LabCommand = keyof typeof packageOf;

/** Installs what is missing, where that is possible; where not, the tests that need it say so. */
export async function installCommands(
  names: readonly LabCommand[],
  onLine: (line: string) => void,
): Promise<void> {
  const missing = names.filter((name) => findCommand(name) === undefined);
  if (missing.length === 0 || !(await canInstallPackages())) return;
  try {
    await installPackages(
      missing.map((name) => packageOf[name]),
      onLine,
    );
  } catch (error) {
    onLine(`apt-get failed: ${error instanceof Error ? error.message.trim() : String(error)}`);
  }
}

/** Skips the suite, or fails it under `CI=true`, on a machine without the command. */
export function requireCommand(test: Context, name: LabCommand): void {
  if (findCommand(name) === undefined) skipFor(test, missingText(name));
}

/** @throws Error that says what to install. */
export function pathOfCommand(name: LabCommand): string {
  const path = findCommand(name);
  if (path === undefined) throw new Error(missingText(name));
  return path;
}

function findCommand(name: LabCommand): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/bin', '/usr/bin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

function missingText(name: LabCommand): string {
  return `No ${name} on this machine. On Debian or Ubuntu: apt-get install ${packageOf[name]}.`;
}
