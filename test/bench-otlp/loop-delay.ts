// Loaded before `causeway serve` (`--import`). When the parent wants it (SIGUSR2), writes how long the event loop was
// blocked at most, and how much of such a time its thread computed: other programs take the rest.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const NANOSECONDS = 1e6;
const MICROSECONDS = 1e3;
const EVERY_MS = 5;

const computedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / MICROSECONDS;
};

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: EVERY_MS });
  delay.enable();
  let [lastMs, mostMs] = [computedMs(), 0];
  const tick = (): void => {
    const nowMs = computedMs();
    [mostMs, lastMs] = [Math.max(mostMs, nowMs - lastMs), nowMs];
  };
  setInterval(tick, EVERY_MS).unref();
  process.on("SIGUSR2", () => {
    tick();
    const figures = { maxMs: delay.max / NANOSECONDS, computedMs: mostMs, rss: process.memoryUsage().rss };
    process.stderr.write(`loop-delay ${JSON.stringify(figures)}\n`);
    delay.reset();
    mostMs = 0;
  });
}
