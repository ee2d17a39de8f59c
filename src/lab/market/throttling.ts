import { readFileSync } from "node:fs";

/** Periods of the CPU limit, and those in which the process had to wait. */
export type Throttling = { periods: number; throttledPeriods: number };
/** Counts until `stop`. */
export type ThrottlingCounter = { counted: Throttling; stop: () => void };

/** As the CFS quota of Linux, which the kubelet of the lab follows: it stops a process that used up its time. */
const PERIOD_MS = 100;

/** Counts the periods in which a process with a CPU limit is stopped, as cAdvisor shows them. */
export function countThrottling(pid: number): ThrottlingCounter {
  const counted = { periods: 0, throttledPeriods: 0 };
  const timer = setInterval(() => {
    counted.periods++;
    if (isStopped(pid)) counted.throttledPeriods++;
  }, PERIOD_MS);
  timer.unref();
  return { counted, stop: () => clearInterval(timer) };
}

/** Whether a signal has stopped a process. @see proc_pid_stat(5), the third field */
function isStopped(pid: number): boolean {
  try {
    return /\) T/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
