import type { IncomingMessage, ServerResponse } from 'node:http';
import { send, type Answer } from './answer.js';
import { breakConnection } from './broken-connection.js';
import { isControlPlane, routeControlPlane } from './control-plane/control-plane.js';
import { routeDataPlane } from './data-plane/data-plane.js';
import { BodyTooLarge, drain, type Exchange } from './exchange.js';
import type { AnsweredFault, FaultKind, FaultSwitchboard, Step } from './faults.js';
import type { LabState } from './lab-state.js';
import type { Route } from './route.js';

/** Serves one request, or breaks it as a fault says. */
export async function serveRequest(
  exchange: Exchange,
  request: IncomingMessage,
  response: ServerResponse,
  state: LabState,
  faults: FaultSwitchboard,
): Promise<void> {
  try {
    const route = (isControlPlane(exchange) ? routeControlPlane : routeDataPlane)(exchange, state);
    exchange.record.step = route.step;
    const fault = faultFor(exchange, route.step, faults);
    exchange.record.fault = fault;
    if (fault === 'reset' || fault === 'eof' || fault === 'stall') {
      breakConnection(request, route.step, fault);
      return;
    }
    const answer = await answerOf(exchange, route, fault);
    exchange.record.status = answer.status;
    await send(response, exchange.method, answer);
  } catch (error) {
    // A client that went away wants no answer; anything else is a fault of the lab itself.
    if (request.destroyed || response.destroyed || response.headersSent) return;
    const status = error instanceof BodyTooLarge ? 413 : 500;
    exchange.record.status = status;
    await send(response, exchange.method, { status, body: `${String(error)}\n` });
  }
}

function faultFor(
  exchange: Exchange,
  step: Step | undefined,
  faults: FaultSwitchboard,
): FaultKind | undefined {
  if (step === undefined) return undefined;
  const counts = exchange.record.authenticated || step === 'ping' || step === 'layer-download';
  return counts ? faults.take(step, exchange.record.path) : undefined;
}

async function answerOf(
  exchange: Exchange,
  route: Route,
  fault: AnsweredFault | 'token-expired' | undefined,
): Promise<Answer> {
  if (fault === undefined) return route.run();
  if (fault === 'token-expired') return route.expireToken() ?? route.run();
  await drain(exchange);
  return route.faultAnswer(fault);
}
