/**
 * A process of its own: starts a private dockerd, reports once on the line to its parent, and when that line breaks
 * (the parent asked for it, ended, was interrupted or killed) stops the engine and removes all of it.
 *
 * Arguments: the folder for everything, then dockerd's options for its network.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pingEngine } from './ping.js';

export type KeeperReport = { readonly ready: true; readonly version: string } | { readonly failed: string };

const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

const [folder = '', ...network] = process.argv.slice(2);
const log = join(folder, 'log');
const parentGone = new AbortController();
process.once('disconnect', () => {
  parentGone.abort();
});
// Not ours to obey: they reach a whole terminal, and the engine must outlive them until the parent is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const bridgeWasThere = hasBridge();
const engine = startEngine();
const report = await awaitEngine();
process.send?.(report);
if ('ready' in report && !parentGone.signal.aborted) await once(parentGone.signal, 'abort');
await stopEngine();
removeEverything();
process.exit(0);

function startEngine(): ChildProcess {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const output = openSync(log, 'a');
  // Without it, dockerd would read the machine's own.
  const configuration = join(folder, 'daemon.json');
  writeFileSync(configuration, '{}');
  const options = [
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--host=unix://${join(folder, 'd.sock')}`,
    `--pidfile=${join(folder, 'pid')}`,
    `--config-file=${configuration}`,
    // Where the machine runs a containerd of its own, dockerd shares it instead of starting one.
    `--containerd-namespace=${name}`,
    `--containerd-plugins-namespace=${name}-plugins`,
    '--iptables=false',
    '--ip6tables=false',
    '--ip-forward=false',
    '--ip-masq=false',
    ...network,
  ];
  const path = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin`;
  const child = spawn('dockerd', options, {
    stdio: ['ignore', output, output],
    env: { ...process.env, PATH: path },
  });
  closeSync(output);
  return child;
}

async function awaitEngine(): Promise<KeeperReport> {
  const gone = new Promise<KeeperReport>((resolve) => {
    engine.once('exit', () => {
      resolve({ failed: lastLines() });
    });
    engine.once('error', (error) => {
      resolve({ failed: error.message });
    });
  });
  return Promise.race([gone, untilItAnswers()]);
}

async function untilItAnswers(): Promise<KeeperReport> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline && !parentGone.signal.aborted) {
    const version = await pingEngine(`unix://${join(folder, 'd.sock')}`);
    if (version !== undefined) return { ready: true, version };
    await sleep(50);
  }
  return { failed: `no answer within ${String(startTimeoutMs / 1000)} s. ${lastLines()}` };
}

function lastLines(): string {
  return readFileSync(log, 'utf8').trim().split('\n').slice(-3).join('\n');
}

async function stopEngine(): Promise<void> {
  const ended = (): boolean =>
    engine.exitCode !== null || engine.signalCode !== null || engine.pid === undefined;
  engine.kill('SIGTERM');
  for (let waited = 0; !ended() && waited < stopTimeoutMs; waited += 50) await sleep(50);
  engine.kill('SIGKILL');
  killWhatIsLeft();
}

/** containerd dies with its dockerd; a killed engine may leave shims. All of them name our folder. */
function killWhatIsLeft(): void {
  for (const processId of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (Number(processId) === process.pid) continue;
    try {
      if (readFileSync(`/proc/${processId}/cmdline`, 'utf8').includes(`${folder}/`))
        process.kill(Number(processId), 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
}

function removeEverything(): void {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounts.reverse()) tryCommand('umount', ['-l', path]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  // dockerd leaves its bridge behind. Without `ip` it stays, and the next private engine takes it over.
  if (!bridgeWasThere && !network.includes('--bridge=none') && hasBridge())
    tryCommand('ip', ['link', 'delete', 'docker0']);
}

function hasBridge(): boolean {
  return readdirSync('/sys/class/net').includes('docker0');
}

function tryCommand(command: string, options: readonly string[]): void {
  try {
    execFileSync(command, options, { stdio: 'ignore' });
  } catch {
    // Tidying up as far as it goes: there is nobody left to tell.
  }
}
