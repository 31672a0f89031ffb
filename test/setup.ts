import { sep } from 'node:path';
import type { Runner, Suite } from 'mocha';
import { startLabEngine, type LabEngine } from './lab/engine/lab-engine.js';
import { noteEngine } from './lab/engine/require-engine.js';
import { installCommands } from './lab/require-command.js';
import { skippedLines } from './lab/skipped.js';

let engine: LabEngine | undefined;

/** Starts one engine for the whole run, when the run holds tests that may need it. */
export async function mochaGlobalSetup(this: Runner): Promise<void> {
  if (!needsLab(this.suite)) return;
  await installCommands(['skopeo', 'busybox'], print);
  const found = await startLabEngine({ onLine: print });
  noteEngine(found);
  if ('missing' in found) return;
  engine = found;
  process.env['DOCKER_HOST'] = found.dockerHost;
  print(`Docker Engine: ${found.description}`);
}

export async function mochaGlobalTeardown(): Promise<void> {
  await engine?.stop();
  const lines = skippedLines();
  if (lines.length > 0) for (const line of ['', ...lines, '']) print(line);
}

/** Unit and contract tests run without an engine, so that they start at once. */
function needsLab(root: Suite): boolean {
  return root.suites.some(({ file = '' }) =>
    ['integration', 'e2e'].some((folder) => file.includes(`${sep}test${sep}${folder}${sep}`)),
  );
}

function print(line: string): void {
  console.log(line);
}
