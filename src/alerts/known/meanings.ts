import type { SignalFamily } from "../../domain/signals.ts";

/**
 * What an alert means. `family`: alerts of one family report the same symptom. `cause`: the entry of the
 * cause catalogue that the alert states; null if it states a symptom only. `weight`, in [0, 1]: how strongly such an
 * alert implicates its own entity.
 */
export type AlertMeaning = {
  family: SignalFamily | "disk space" | "clock" | "certificate" | "replication" | "scheduling" | "image" | "quota";
  cause: string | null;
  weight: number;
};

/** The meanings that the tables of alert names use. */
export const MEANINGS = {
  crashLoop: { family: "restart", cause: "crash_loop", weight: 1 },
  restarted: { family: "restart", cause: null, weight: 1 },
  outOfMemory: { family: "memory", cause: "memory_exhaustion", weight: 1 },
  diskFull: { family: "disk space", cause: "disk_full", weight: 1 },
  diskFailure: { family: "disk", cause: "disk_failure", weight: 1 },
  diskBusy: { family: "disk", cause: "disk_io", weight: 1 },
  cpu: { family: "cpu", cause: "cpu_contention", weight: 1 },
  connections: { family: "pool", cause: "connection_pool_exhaustion", weight: 1 },
  certificate: { family: "certificate", cause: "certificate_expired", weight: 1 },
  clock: { family: "clock", cause: "clock_skew", weight: 0.1 },
  image: { family: "image", cause: "image_pull_failure", weight: 1 },
  configuration: { family: "error", cause: "bad_config", weight: 1 },
  unschedulable: { family: "scheduling", cause: "unschedulable", weight: 1 },
  quota: { family: "quota", cause: "quota_exceeded", weight: 0.5 },
  nodeDown: { family: "instance", cause: "node_failure", weight: 1 },
  kubelet: { family: "instance", cause: "kubelet_down", weight: 1 },
  scheduler: { family: "instance", cause: "kube_scheduler_down", weight: 1 },
  proxy: { family: "instance", cause: "kube_proxy_down", weight: 1 },
  down: { family: "instance", cause: "pod_failure", weight: 1 },
  notReady: { family: "instance", cause: null, weight: 1 },
  scaledToZero: { family: "instance", cause: "scaled_to_zero", weight: 1 },
  packetLoss: { family: "network", cause: "network_loss", weight: 1 },
  networkDelay: { family: "network", cause: "network_delay", weight: 0.5 },
  dns: { family: "error", cause: "dns_failure", weight: 1 },
  logins: { family: "error", cause: "authentication_failure", weight: 0.5 },
  rollout: { family: "instance", cause: "bad_deploy", weight: 1 },
  surge: { family: "traffic", cause: "traffic_surge", weight: 0.5 },
  errors: { family: "error", cause: null, weight: 0.5 },
  latency: { family: "latency", cause: null, weight: 1 },
  lostTraffic: { family: "traffic", cause: null, weight: 1 },
  backlog: { family: "queue", cause: "consumer_stuck", weight: 1 },
  locks: { family: "latency", cause: "lock_contention", weight: 1 },
  replication: { family: "replication", cause: "replication_broken", weight: 0.5 },
  quorum: { family: "instance", cause: "quorum_lost", weight: 1 },
  cluster: { family: "instance", cause: null, weight: 1 },
  threads: { family: "threads", cause: "thread_pool_exhausted", weight: 0.5 },
  openFiles: { family: "threads", cause: "open_files_exhausted", weight: 0.5 },
} as const satisfies Record<string, AlertMeaning>;

export type MeaningName = keyof typeof MEANINGS;
/** Alert names of each meaning, separated by white space. */
export type AlertNames = Readonly<Partial<Record<MeaningName, string>>>;

/** The names of a list. */
export const namesIn = (list: string): string[] => list.split(/\s+/).filter((name) => name !== "");
