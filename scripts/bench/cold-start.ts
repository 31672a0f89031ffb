import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { BenchStage } from './stage.js';

/** Milliseconds from the start of the task's process to its first request to the engine. */
export async function coldStart(stage: BenchStage, index: number): Promise<number> {
  const socket = join(stage.folder, `cold-${String(index)}.sock`);
  const server = createServer();
  server.listen(socket);
  await once(server, 'listening');
  const firstRequest = once(server, 'request');
  let cancelled = false;
  const started = performance.now();
  const running = stage.run({
    inputs: { command: 'push', repository: 'bench/app', tags: '1' },
    environment: { DOCKER_HOST: `unix://${socket}` },
    cancelWhen: () => cancelled,
  });
  await firstRequest;
  const duration = performance.now() - started;
  cancelled = true;
  server.closeAllConnections();
  await running;
  server.close();
  return duration;
}

/** Milliseconds of `node -e 0`, the floor under every task. */
export async function bareNode(): Promise<number> {
  const started = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'close');
  return performance.now() - started;
}
