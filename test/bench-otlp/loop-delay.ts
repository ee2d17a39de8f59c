// Loaded before `causeway serve` (`--import`): at its end, and when the parent wants it, writes how long its event loop
// was blocked at most, in milliseconds.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const NANOSECONDS = 1e6;

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  process.on("SIGUSR2", () => {
    const { rss } = process.memoryUsage();
    process.stderr.write(
      `loop-delay ${JSON.stringify({ maxMs: delay.max / NANOSECONDS, p99Ms: delay.percentile(99) / NANOSECONDS, rss })}\n`,
    );
    delay.reset();
  });
}
