import type { Metafile } from 'esbuild';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface BundledPackage {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

/** The packages of which something is in the bundle, sorted by name and version. */
export async function bundledPackages(metafile: Metafile): Promise<readonly BundledPackage[]> {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => packageFolder(path))
    .filter((folder) => folder !== undefined);
  const packages = await Promise.all([...new Set(folders)].map(describePackage));
  return packages.toSorted((one, other) => fullName(one).localeCompare(fullName(other)));
}

/**
 * Name, version and licence of every package in the bundle; those of one text stand together.
 * @throws Error for a package that names no licence.
 */
export async function thirdPartyNotices(metafile: Metafile): Promise<string> {
  const packagesByText = new Map<string, string[]>();
  for (const bundled of await bundledPackages(metafile)) {
    const text = await licenceText(bundled);
    packagesByText.set(text, [...(packagesByText.get(text) ?? []), fullName(bundled)]);
  }
  const heading =
    'EcrPrivatePush contains software of others. What follows is made from the contents of its bundle:\n' +
    'the packages, their versions and their licences.\n';
  const notices = [...packagesByText].map(
    ([text, names]) => `${[...new Set(names)].join('\n')}\n\n${text}\n`,
  );
  return [heading, ...notices].join(`\n${'-'.repeat(100)}\n\n`);
}

function packageFolder(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
}

async function describePackage(folder: string): Promise<BundledPackage> {
  const json: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const name = field(json, 'name');
  const version = field(json, 'version');
  const licence = field(json, 'license');
  if (name === undefined || version === undefined || licence === undefined)
    throw new Error(`${folder}/package.json names no package, version or licence`);
  return { folder, name, version, licence };
}

function field(json: unknown, name: string): string | undefined {
  const value: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}

async function licenceText({ folder, licence }: BundledPackage): Promise<string> {
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)(\.|-|$)/i.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  if (texts.length === 0)
    return `Licence: ${licence}, by its package.json; the package carries no text of it.`;
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n');
}

function fullName({ name, version }: BundledPackage): string {
  return `${name}@${version}`;
}
