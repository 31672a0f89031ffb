// Makes a fresh clone ready: dependencies, then the compiled TypeScript in build/. Only Node's own modules here.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What npm writes last. */
const installedLock = join('node_modules', '.package-lock.json');
const compiledFolders = ['scripts', 'tasks', 'test'];

/** Does what is missing, and nothing when nothing is. Exits the process where it cannot. */
export function setUp() {
  process.chdir(root);
  requireNode();
  if (!areDependenciesCurrent()) {
    console.log('Installing the dependencies');
    run('npm', ['ci', '--no-audit', '--no-fund']);
    // npm leaves the date as it was when it finds nothing to do.
    utimesSync(installedLock, new Date(), new Date());
  }
  removeStaleOutput();
  run(process.execPath, [
    join('node_modules', 'typescript', 'bin', 'tsc'),
    ...['--project', '.', '--incremental', '--tsBuildInfoFile', join('build', 'tsconfig.tsbuildinfo')],
  ]);
}

/** Runs a command with this terminal; exits the process as it did when it fails. */
export function run(command, options) {
  const { status, error } = spawnSync(command, options, { stdio: 'inherit' });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 18)) return;
  console.error(`Node 20.18 or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}

function areDependenciesCurrent() {
  return (
    existsSync(installedLock) && statSync(installedLock).mtimeMs >= statSync('package-lock.json').mtimeMs
  );
}

/** A test whose source is gone would run on from its old output. */
function removeStaleOutput() {
  for (const folder of compiledFolders) {
    const output = join('build', folder);
    if (!existsSync(output)) continue;
    for (const file of readdirSync(output, { recursive: true })) {
      const source = file.replace(/\.js(\.map)?$/, '.ts');
      if (source !== file && !existsSync(join(folder, source))) rmSync(join(output, file));
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp();
