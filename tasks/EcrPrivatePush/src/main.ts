import { setMaxListeners } from 'node:events';
import { azurePipelinesAgent } from './agent/azure-pipelines.js';
import { cancellation } from './cancellation.js';
import { systemClock } from './clock.js';
import { unexpectedFailure } from './failure.js';
import { readInputs } from './inputs.js';
import { pushImage } from './push-image.js';
import { runPolicy } from './run.js';

async function main(): Promise<void> {
  const agent = azurePipelinesAgent((line) => process.stdout.write(`${line}\n`));
  const signal = cancellation(process);
  // Every wait of the run listens to it, many at once; they all let go when they end.
  setMaxListeners(0, signal);
  try {
    const inputs = await readInputs(agent);
    const run = { agent, clock: systemClock, environment: process.env, fetch, signal, policy: runPolicy };
    agent.succeed(await pushImage(inputs, run));
  } catch (error) {
    const failure = unexpectedFailure(signal.aborted ? signal.reason : error);
    if (failure.code === 'EPP901' && error instanceof Error) agent.log.debug(error.stack ?? error.message);
    agent.fail(failure);
  }
}

// Idle connections, and the cancel of the probe's upload that nobody waits for, must not hold the step up.
void main().finally(() => process.stdout.write('', () => process.exit()));
