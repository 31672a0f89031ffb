/**
 * Bundles the task and packs the extension into dist/*.vsix.
 *
 * Usage: npm run package [-- --publisher <publisher>] [-- --id <id>]; or VSIX_PUBLISHER and VSIX_ID.
 */
import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify, stripVTControlCharacters } from 'node:util';
import { bundleTask } from './bundle.js';
import { thirdPartyNotices } from './third-party-notices.js';

const run = promisify(execFile);
const source = join('tasks', 'EcrPrivatePush');
/** What tfx packs: the manifest's paths are relative to it, so that tfx checks the task as it is shipped. */
const stage = join('dist', 'extension');
const target = join(stage, source);
/** What the package holds as it stands in the repository. */
const copied = ['vss-extension.json', 'LICENSE', 'docs/overview.md', 'images/icon.png', 'images/flow.png'];

interface PackageOptions {
  /** Default: the one of vss-extension.json. */
  readonly publisher?: string | undefined;
  readonly id?: string | undefined;
}

/**
 * @returns the path of the package.
 * @throws Error when tfx warns: it writes a package for many a broken manifest.
 */
export async function packageExtension(options: PackageOptions = {}): Promise<string> {
  const manifest = await readJson('vss-extension.json');
  const version = text(await readJson('package.json'), 'version');
  const publisher = options.publisher ?? text(manifest, 'publisher');
  const id = options.id ?? text(manifest, 'id');
  await rm('dist', { recursive: true, force: true });
  await writeTaskFolder(version);
  for (const file of copied) await cp(file, join(stage, file));
  const file = join('dist', `${publisher}.${id}-${version}.vsix`);
  await createVsix(file, { publisher, id, version });
  console.log(`Packaged ${file} (${String(Math.round((await stat(file)).size / 1024))} KiB)`);
  return file;
}

async function writeTaskFolder(version: string): Promise<void> {
  await mkdir(target, { recursive: true });
  const metafile = await bundleTask(join(target, 'index.js'));
  await writeFile(join('build', 'bundle-contents.json'), JSON.stringify(metafile));
  await writeFile(join(stage, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(metafile));
  const [Major, Minor, Patch] = version.split('.').map(Number);
  const task = { ...(await readJson(join(source, 'task.json'))), version: { Major, Minor, Patch } };
  await writeFile(join(target, 'task.json'), `${JSON.stringify(task, null, 2)}\n`);
  await copyFile(join(source, 'icon.png'), join(target, 'icon.png'));
}

async function createVsix(file: string, overrides: Readonly<Record<string, string>>): Promise<void> {
  const tfx = join('node_modules', 'tfx-cli', '_build', 'tfx-cli.js');
  const options = [
    ...['--root', stage, '--manifest-globs', 'vss-extension.json', '--output-path', resolve(file)],
    ...['--override', JSON.stringify(overrides), '--no-prompt'],
  ];
  const { stdout, stderr } = await run(process.execPath, [
    '--no-deprecation',
    tfx,
    'extension',
    'create',
    ...options,
  ]);
  const output = stripVTControlCharacters(stdout + stderr);
  if (/\b(warning|error):/i.test(output))
    throw new Error(`tfx is not content with the extension:\n${output}`);
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const value: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (typeof value !== 'object' || value === null) throw new Error(`${path} is not a JSON object`);
  return { ...value };
}

function text(json: Record<string, unknown>, name: string): string {
  const value = json[name];
  if (typeof value !== 'string') throw new Error(`'${name}' is not a text`);
  return value;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { publisher: { type: 'string' }, id: { type: 'string' } } });
  const { VSIX_PUBLISHER: publisher, VSIX_ID: id } = process.env;
  await packageExtension({ publisher: values.publisher ?? publisher, id: values.id ?? id });
}
