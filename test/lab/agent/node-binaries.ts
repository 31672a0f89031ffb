import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The versions that the tests run the task with, beside the one that runs the tests. */
const versions = { '20': '20.20.2', '24': '24.21.0' } as const;

export type NodeMajor = keyof typeof versions;

/** The path of a node of that major version; fetched once, as an npm package, where it is not this process's own. */
export async function nodeBinary(major: NodeMajor): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = join('.cache', `node-${versions[major]}`);
  const name = `node-linux-${process.arch}`;
  const binary = join(process.cwd(), folder, 'node_modules', name, 'bin', 'node');
  if (!(await isThere(binary)))
    await run('npm', [
      'install',
      '--no-save',
      '--no-package-lock',
      '--prefix',
      folder,
      `${name}@${versions[major]}`,
    ]);
  return binary;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
