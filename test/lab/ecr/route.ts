import type { Answer } from './answer.js';
import type { AnsweredFault, Step } from './faults.js';

/** A request that found its place: what it is for, how it is served, and how its plane words a fault. */
export interface Route {
  readonly step: Step | undefined;
  run(): Promise<Answer>;
  faultAnswer(kind: AnsweredFault): Answer;
  /** The fault `token-expired`: what to do before, or in place of, serving. */
  expireToken(): Answer | undefined;
}
