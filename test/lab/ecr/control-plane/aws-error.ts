import { randomUUID } from 'node:crypto';
import type { Answer } from '../answer.js';
import type { AnsweredFault } from '../faults.js';

/** An error of the ECR API, thrown by an operation. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

export function awsJson(body: unknown): Answer {
  return { status: 200, headers: jsonHeaders(), body: JSON.stringify(body) };
}

export function awsErrorAnswer({ type, message, status }: AwsError): Answer {
  return {
    status,
    headers: { ...jsonHeaders(), 'x-amzn-ErrorType': type },
    body: JSON.stringify({ __type: type, message }),
  };
}

/** `denial`: IAM's sentence for what the request wanted. */
export function faultAsAwsError(kind: AnsweredFault, denial: string): Answer {
  switch (kind) {
    case '429':
      return awsErrorAnswer(new AwsError('ThrottlingException', 'Rate exceeded'));
    case '500':
      return awsErrorAnswer(new AwsError('ServerException', 'Internal server error.', 500));
    case '503':
      return awsErrorAnswer(new AwsError('ServiceUnavailableException', 'Service unavailable.', 503));
    case 'denied-with-text':
      return awsErrorAnswer(new AwsError('AccessDeniedException', denial));
    case 'denied-empty':
      return { status: 403, headers: { 'x-amzn-RequestId': randomUUID() } };
  }
}

function jsonHeaders(): Record<string, string> {
  return { 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-RequestId': randomUUID() };
}
