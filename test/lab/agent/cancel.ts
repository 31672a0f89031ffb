import type { ChildProcess } from 'node:child_process';

/** When the run is cancelled; never, where nothing is given. */
export interface Cancel {
  /** Milliseconds after the start. */
  readonly cancelAfter?: number;
  /** Asked with each raw line, and in silence again with the last one; the first true cancels. */
  readonly cancelWhen?: (line: string) => boolean;
}

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

interface Cancelling {
  sawLine(line: string): void;
  /** To be called when the process has ended. */
  stop(): void;
  outcome(): { readonly signals: readonly Signal[]; readonly cancelMs: number | undefined };
}

/** The agent's patience after SIGINT, in milliseconds: then SIGTERM; and after SIGTERM: then SIGKILL. */
const patience = { afterInterrupt: 7_500, afterTerminate: 2_500 };

/** Ends a process as the agent does when its run is cancelled. */
export function cancelOf(child: ChildProcess, { cancelAfter, cancelWhen }: Cancel): Cancelling {
  const timers: NodeJS.Timeout[] = [];
  const signals: Signal[] = [];
  let begun: number | undefined;
  let ended = 0;
  let lastLine = '';
  const send = (signal: Signal): void => {
    signals.push(signal);
    child.kill(signal);
  };
  const cancel = (): void => {
    if (begun !== undefined) return;
    begun = performance.now();
    send('SIGINT');
    timers.push(setTimeout(send, patience.afterInterrupt, 'SIGTERM'));
    timers.push(setTimeout(send, patience.afterInterrupt + patience.afterTerminate, 'SIGKILL'));
  };
  const look = (): void => {
    if (cancelWhen?.(lastLine) === true) cancel();
  };
  if (cancelAfter !== undefined) timers.push(setTimeout(cancel, cancelAfter));
  if (cancelWhen !== undefined) timers.push(setInterval(look, 50));
  return {
    sawLine: (line) => {
      lastLine = line;
      look();
    },
    stop: () => {
      ended = performance.now();
      for (const timer of timers) clearTimeout(timer);
    },
    outcome: () => ({ signals, cancelMs: begun === undefined ? undefined : ended - begun }),
  };
}
