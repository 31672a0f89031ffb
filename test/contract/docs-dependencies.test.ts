import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

describe('docs/dependencies.md', () => {
  const packages = JSON.parse(readFileSync('package.json', 'utf8')) as PackageJson;
  const markdown = readFileSync('docs/dependencies.md', 'utf8');

  it('tells of each package in the bundle, and of no other', () => {
    assert.deepEqual(packagesUnder('In the bundle'), Object.keys(packages.dependencies).toSorted());
  });

  it('tells of each package of the workshop, and of no other', () => {
    assert.deepEqual(packagesUnder('In the workshop'), Object.keys(packages.devDependencies).toSorted());
  });

  /** The first column of the tables between that heading and the next, sorted. */
  function packagesUnder(heading: string): readonly string[] {
    const section = markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
    const names = [...section.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) +\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    );
    return names.toSorted();
  }
});
