import { readFileSync } from 'node:fs';

/** Follows the largest resident set of a process, in bytes, until told to stop. Undefined off Linux. */
export function watchPeakMemory(processId: number): { stop(): number | undefined } {
  let peak: number | undefined;
  const look = (): void => {
    peak = peakOf(processId) ?? peak;
  };
  look();
  // The kernel keeps the maximum, so only what grows in the last moments can be missed.
  const timer = setInterval(look, 20);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

function peakOf(processId: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${String(processId)}/status`, 'utf8');
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    // The process has ended, or this is not Linux.
    return undefined;
  }
}
