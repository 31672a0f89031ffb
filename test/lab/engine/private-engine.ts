import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KeeperReport } from './engine-keeper.js';
import type { LabEngine } from './lab-engine.js';

const keeper = fileURLToPath(new URL('./engine-keeper.js', import.meta.url));

/**
 * Starts a `dockerd` with folders and a socket of its own, so that it disturbs no other. It runs under a keeper
 * process that stops it and removes its folders when this process asks for it or ends, however it ends.
 * @throws Error with the end of the engine's own log.
 */
export async function startPrivateEngine(onLine: (line: string) => void): Promise<LabEngine> {
  if (isBridgeTaken()) {
    onLine('docker0 belongs to another engine: RUN steps of the lab engine have host networking only');
    return start([noBridge], onLine);
  }
  return start([ownBridge, noBridge], onLine);
}

const noBridge = ['--bridge=none'] as const;
const ownBridge = ['--bip=10.213.0.1/24'] as const;

async function start(
  networks: readonly (readonly string[])[],
  onLine: (line: string) => void,
): Promise<LabEngine> {
  let failure = '';
  for (const network of networks) {
    const folder = await mkdtemp(join(shortTemporaryFolder(), 'lab-engine-'));
    const child = fork(keeper, [folder, ...network], { detached: true, stdio: 'ignore', execArgv: [] });
    const report = await firstReport(child);
    if ('ready' in report) return labEngine(child, folder, report.version);
    failure = report.failed;
    onLine(`dockerd ${network.join(' ')} did not start: ${failure}`);
  }
  throw new Error(failure);
}

function labEngine(child: ChildProcess, folder: string, version: string): LabEngine {
  // Neither the keeper nor the line to it keeps this process alive; when the line breaks, the keeper tidies up.
  child.unref();
  child.channel?.unref();
  return {
    dockerHost: `unix://${join(folder, 'd.sock')}`,
    description: `a private engine (API ${version}), removed afterwards`,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const ended = once(child, 'exit');
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

async function firstReport(child: ChildProcess): Promise<KeeperReport> {
  return new Promise((resolve) => {
    // Only the keeper speaks on this line.
    child.once('message', (message) => {
      resolve(message as KeeperReport);
    });
    child.once('exit', (code) => {
      resolve({ failed: `the engine's keeper ended with ${String(code)}` });
    });
    child.once('error', (error) => {
      resolve({ failed: error.message });
    });
  });
}

/** The path of a unix socket may have 107 characters; some TMPDIRs use them up. */
function shortTemporaryFolder(): string {
  return tmpdir().length < 60 ? tmpdir() : '/tmp';
}

/** A docker0 without a dockerd that could use it is left over, and free to take. */
function isBridgeTaken(): boolean {
  if (!existsSync('/sys/class/net/docker0')) return false;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .some(
      ([program = '', ...options]) => /(^|\/)dockerd$/.test(program) && !options.includes('--bridge=none'),
    );
}

function commandLine(processId: string): readonly string[] {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, 'utf8').split('\0');
  } catch {
    // It ended meanwhile.
    return [];
  }
}
