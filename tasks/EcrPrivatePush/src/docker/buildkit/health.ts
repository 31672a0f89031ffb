import type { Service } from './session.js';
import { healthCheckResponse, serving } from './session-messages.js';

export const healthPath = '/grpc.health.v1.Health/Check';

/** The engine asks every few seconds, and takes a session that does not answer for dead. */
export const health: Service = async ({ send }) => send(healthCheckResponse.encode({ status: serving }));
