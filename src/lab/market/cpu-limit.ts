import { readFileSync } from "node:fs";

/** Periods of the CPU limit, and those in which the process had to wait. */
export type Throttling = { periods: number; throttledPeriods: number };
/** Holds a process to its limit until `stop`. */
export type CpuLimit = { counted: Throttling; stop: () => void };

const PERIOD_MS = 50;
/** Ticks of the kernel's accounting: 100 per second on every Linux that Node runs on. */
const TICK_MS = 10;

/**
 * Holds a process to a share of one CPU, as the kernel's bandwidth control does: it is stopped once its quota is used
 * up, and goes on when there is quota again.
 *
 * @param millicores the limit; 1000 is one CPU.
 */
export function limitCpu(pid: number, millicores: number): CpuLimit {
  const counted = { periods: 0, throttledPeriods: 0 };
  let usedMs = cpuMsOf(pid) ?? 0;
  let atMs = performance.now();
  let creditMs = 0;
  let isStopped = false;
  const signal = (name: "SIGSTOP" | "SIGCONT"): void => {
    try {
      process.kill(pid, name);
      isStopped = name === "SIGSTOP";
    } catch {
      clearInterval(timer); // it is gone
    }
  };
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const nowUsedMs = cpuMsOf(pid);
    if (nowUsedMs === null) return clearInterval(timer);
    counted.periods++;
    creditMs = Math.min(PERIOD_MS, creditMs + ((nowMs - atMs) * millicores) / 1000) - (nowUsedMs - usedMs);
    [usedMs, atMs] = [nowUsedMs, nowMs];
    if (creditMs < 0) counted.throttledPeriods++;
    if (creditMs < 0 && !isStopped) signal("SIGSTOP");
    else if (creditMs >= 0 && isStopped) signal("SIGCONT");
  }, PERIOD_MS);
  timer.unref();
  return {
    counted,
    stop() {
      clearInterval(timer);
      if (isStopped) signal("SIGCONT");
    },
  };
}

/** CPU time of a process in ms; null if it is gone, or this system does not show it. @see proc(5) */
export function cpuMsOf(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return null;
  }
}

/** Resident memory of a process in bytes; null if it is gone. */
export function memoryBytesOf(pid: number): number | null {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024 || null;
  } catch {
    return null;
  }
}
