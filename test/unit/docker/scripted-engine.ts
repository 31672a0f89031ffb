import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectEngine, type EngineConnection } from '../../../tasks/EcrPrivatePush/src/docker/engine.js';

export interface ScriptedEngine {
  readonly connection: EngineConnection;
  stop(): Promise<void>;
}

/** A real HTTP server on a Unix socket that answers like an engine, for answers that no real one gives on demand. */
export async function scriptedEngine(answer: RequestListener): Promise<ScriptedEngine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'engine-'));
  const socketPath = path.join(folder, 'd.sock');
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    connection: await connectEngine({ DOCKER_HOST: `unix://${socketPath}` }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
