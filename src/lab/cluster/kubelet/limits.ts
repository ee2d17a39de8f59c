import { readFileSync } from "node:fs";

/** A limit on a process. `stop` ends the guard, not the process. */
export type Guard = { stop: () => void };
/** `cpu` in cores, `memoryBytes` of resident memory; null: no limit. */
export type ProcessLimits = { cpu: number | null; memoryBytes: number | null };

const PAGE_BYTES = 4096;
const TICKS_PER_SECOND = 100;
const MEMORY_POLL_MS = 250;
/** As the CFS quota of Linux. */
const CPU_PERIOD_MS = 100;
/** Unused CPU time that may be saved up, in periods. */
const BURST_PERIODS = 5;

/** What a process uses, from /proc; null where there is none, or when the process is gone. */
export function processUse(pid: number): { memoryBytes: number; cpuMs: number } | null {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
    // the name of the process, in parentheses, may hold spaces
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { memoryBytes: pages * PAGE_BYTES, cpuMs: (ticks * 1000) / TICKS_PER_SECOND };
  } catch {
    return null;
  }
}

/**
 * Holds a process to its limits, as cgroups would: it is stopped for the rest of a period in which it used up its CPU
 * time, and `onOutOfMemory` is called when it holds more memory than it may. Without /proc (macOS) there is no limit.
 */
export function guardProcess(pid: number, limits: ProcessLimits, onOutOfMemory: () => void): Guard {
  const { cpu, memoryBytes } = limits;
  const timers: NodeJS.Timeout[] = [];
  if (memoryBytes !== null)
    timers.push(
      setInterval(() => {
        if ((processUse(pid)?.memoryBytes ?? 0) > memoryBytes) onOutOfMemory();
      }, MEMORY_POLL_MS),
    );
  let isStopped = false;
  const signal = (name: "SIGSTOP" | "SIGCONT"): void => {
    try {
      process.kill(pid, name);
      isStopped = name === "SIGSTOP";
    } catch {
      // the process has ended
    }
  };
  if (cpu !== null) {
    let [lastMs, used] = [performance.now(), processUse(pid)?.cpuMs ?? 0];
    let budgetMs = cpu * CPU_PERIOD_MS;
    timers.push(
      setInterval(() => {
        const [nowMs, cpuMs] = [performance.now(), processUse(pid)?.cpuMs ?? used];
        budgetMs = Math.min(budgetMs + cpu * (nowMs - lastMs) - (cpuMs - used), cpu * CPU_PERIOD_MS * BURST_PERIODS);
        [lastMs, used] = [nowMs, cpuMs];
        if (budgetMs < 0 && !isStopped) signal("SIGSTOP");
        else if (budgetMs >= 0 && isStopped) signal("SIGCONT");
      }, CPU_PERIOD_MS / 2),
    );
  }
  return {
    stop() {
      for (const timer of timers) clearInterval(timer);
      if (isStopped) signal("SIGCONT"); // a stopped process does not end on SIGTERM
    },
  };
}
