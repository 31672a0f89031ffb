import { TaskFailure } from './failure.js';

/** The agent interrupts, asks to end 7.5 s later and kills 2.5 s after that: the task ends well before. */
const lastMoment = 4_500;

/** The part of `process` that cancelling needs. */
export interface CancellableProcess {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): unknown;
}

/** A signal that is aborted, with a TaskFailure EPP902, when the agent cancels the run; the process ends in 4.5 s. */
export function cancellation(process: CancellableProcess): AbortSignal {
  const controller = new AbortController();
  const cancel = (): void => {
    if (controller.signal.aborted) return;
    setTimeout(() => process.exit(1), lastMoment).unref();
    controller.abort(
      new TaskFailure('EPP902', {
        what: 'The run was cancelled.',
        why: 'The agent asked the task to end: someone cancelled the run, or it went over its time limit.',
        fix: 'The build was stopped and local names were put back; what was pushed before that stays in the registry. Run again when you like; raise timeoutInMinutes if it was the time limit.',
      }),
    );
  };
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  return controller.signal;
}
