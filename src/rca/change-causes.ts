// How causes relate to changes. Keys are ids of cause cards.

/**
 * Faults that often occur without any change. Timing alone blames no change for them: its words must match the fault.
 */
export const SPONTANEOUS: ReadonlySet<string> = new Set([
  "certificate_expired",
  "clock_skew",
  "data_corruption",
  "dependency_outage",
  "disk_failure",
  "disk_full",
  "network_corruption",
  "network_loss",
  "node_failure",
  "node_network_delay",
  "node_network_loss",
  "node_pressure",
  "rate_limited",
  "replication_broken",
  "traffic_surge",
]);

/** Faults that build up before they show, so the change behind them may be older. */
export const BUILDS_UP: ReadonlySet<string> = new Set([
  "connection_pool_exhaustion",
  "consumer_stuck",
  "disk_full",
  "memory_exhaustion",
  "open_files_exhausted",
  "thread_pool_exhausted",
]);

/** Typical effects of a bad deploy or a bad setting. Right after such a change, they are not a cause of their own. */
export const EFFECT_OF_BAD_CHANGE: ReadonlySet<string> = new Set([
  "connection_pool_exhaustion",
  "cpu_contention",
  "crash_loop",
  "dependency_outage",
  "lock_contention",
  "network_delay",
  "process_killed",
  "schema_mismatch",
  "thread_pool_exhausted",
  "unhandled_exception",
  "wrong_return",
]);
