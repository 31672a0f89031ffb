import type { Context } from 'mocha';
import { skipFor } from '../skipped.js';

type Found = { readonly dockerHost: string } | { readonly missing: string };

let found: Found | undefined;

/** Told by the set-up of the run which engine there is, or why there is none. */
export function noteEngine(engine: Found): void {
  found = engine;
}

/** The engine that this run's set-up found or started. Skips the suite, or fails it under `CI=true`, without one. */
export function requireEngine(test: Context): { readonly dockerHost: string } {
  const engine = found ?? fromEnvironment();
  if ('missing' in engine) return skipFor(test, engine.missing);
  return { dockerHost: engine.dockerHost };
}

/** For a test that is run by itself, without test/setup.ts. */
function fromEnvironment(): Found {
  const dockerHost = process.env['DOCKER_HOST'];
  if (dockerHost !== undefined && dockerHost !== '') return { dockerHost };
  return { missing: 'No Docker Engine: this run did not load test/setup.ts and DOCKER_HOST is not set.' };
}
