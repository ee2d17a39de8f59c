import { monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import type { Meters } from "./meters.ts";

/** Resolution of the event-loop monitor, ms. Node includes it in each measured delay. */
const LAG_RESOLUTION_MS = 20;

/** Adds the meters of any process: CPU, memory, garbage collection, event-loop lag, age. */
export function addProcessMeters(meters: Meters): void {
  const startedAtSeconds = performance.timeOrigin / 1000;
  meters.gauge(
    "process_cpu_seconds_total",
    "CPU time used.",
    () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    "counter",
  );
  meters.gauge("process_resident_memory_bytes", "Resident memory.", () => process.memoryUsage.rss());
  meters.gauge("process_start_time_seconds", "Unix time of the start.", () => startedAtSeconds);
  meters.gauge("process_uptime_seconds", "Age of the process.", () => process.uptime());
  meters.gauge("nodejs_heap_used_bytes", "Heap in use.", () => getHeapStatistics().used_heap_size);
  meters.gauge("nodejs_heap_limit_bytes", "Heap at which the process dies.", () => getHeapStatistics().heap_size_limit);

  const pauses = meters.counter("nodejs_gc_duration_seconds_total", "Time spent collecting garbage.");
  new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => pauses.add(duration / 1000))).observe({
    entryTypes: ["gc"],
  });

  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  meters.gauge("nodejs_eventloop_lag_mean_seconds", "Mean event-loop delay since the last scrape.", () => {
    const tickMs = lag.count === 0 ? LAG_RESOLUTION_MS : lag.mean / 1e6;
    lag.reset();
    return Math.max(0, tickMs - LAG_RESOLUTION_MS) / 1000;
  });
}
