// Sets up, packages, and runs every test with coverage of the task. The last line is mocha's own count.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setUp } from './setup.mjs';

setUp();
const { packageExtension } = await import('../build/scripts/package.js');
await packageExtension();

const result = join('build', 'test-result.json');
rmSync(result, { force: true });
const specifications = ['unit', 'contract', 'integration', 'e2e'].map(
  (folder) => `build/test/${folder}/**/*.test.js`,
);
const { status } = spawnSync(
  process.execPath,
  [
    join('node_modules', 'c8', 'bin', 'c8.js'),
    ...[
      '--include',
      'tasks/*/src/**',
      '--exclude-after-remap',
      '--reporter',
      'text-summary',
      '--reporter',
      'html',
    ],
    ...[process.execPath, join('node_modules', 'mocha', 'bin', 'mocha.js')],
    ...['--reporter', 'build/test/result-reporter.js', '--reporter-option', `file=${result}`],
    ...specifications,
  ],
  { stdio: 'inherit' },
);

if (!existsSync(result)) {
  console.error('mocha ended without a result');
  process.exit(1);
}
const { passed, failed, skipped } = JSON.parse(readFileSync(result, 'utf8'));
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(status === 0 && failed > 0 ? 1 : (status ?? 1));
