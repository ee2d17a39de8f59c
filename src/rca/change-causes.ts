// How the causes of the catalogue relate to changes. Keys are ids of cause cards.

/** Faults that begin by themselves. Time alone blames no change for them: the words of the change must be about them. */
export const BEGINS_UNPROMPTED: ReadonlySet<string> = new Set([
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

/** Faults that fill something up before they show, so the change behind them may be older. */
export const FILLS_UP: ReadonlySet<string> = new Set([
  "connection_pool_exhaustion",
  "consumer_stuck",
  "disk_full",
  "memory_exhaustion",
  "open_files_exhausted",
  "thread_pool_exhausted",
]);

/**
 * How a bad deploy or a bad setting shows: what the suspect then reports is the effect of the change, not a cause of
 * its own.
 */
export const SHOWS_BAD_CHANGE: ReadonlySet<string> = new Set([
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
