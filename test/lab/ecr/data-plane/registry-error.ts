import type { Answer } from '../answer.js';
import type { AnsweredFault } from '../faults.js';

/** An error of the Distribution API: one code, one message. */
export function registryError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify({ errors: [{ code, message }] }),
  };
}

export function notAuthorized(host: string): Answer {
  return {
    status: 401,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Www-Authenticate': `Basic realm="https://${host}/",service="ecr.amazonaws.com"`,
    },
    body: 'Not Authorized\n',
  };
}

export function tokenExpired(): Answer {
  return registryError(403, 'DENIED', 'Your authorization token has expired. Reauthenticate and try again.');
}

export function rateExceeded(): Answer {
  return registryError(429, 'TOOMANYREQUESTS', 'Rate exceeded');
}

/** `denial`: IAM's sentence for what the request wanted. */
export function faultAsRegistryError(kind: AnsweredFault, denial: string): Answer {
  switch (kind) {
    case '429':
      return rateExceeded();
    case '500':
      return registryError(500, 'UNKNOWN', 'Internal Server Error');
    case '503':
      return registryError(503, 'UNAVAILABLE', 'Service Unavailable');
    case 'denied-with-text':
      return registryError(403, 'DENIED', denial);
    case 'denied-empty':
      return { status: 403 };
  }
}
