import type { CauseCard } from "../../domain/cause.ts";
import { alert, callersLog, card, finding, logs, shift, strain } from "./card.ts";

/** Messages of drivers and pools in many languages when they cannot get a connection. */
const NO_CONNECTION = [
  "pool",
  "queuepool limit",
  "acquire",
  "too many connections",
  "too many clients",
  "connection limit",
  "connection slots",
  "checkout timeout",
  "connection is not available",
  "unable to fetch a connection",
  "could not obtain a connection",
  "could not obtain a database connection",
  "checkout a connection has timed out",
];

/** A resource ran out or is overloaded. */
export const RESOURCE_CAUSES: readonly CauseCard[] = [
  card({
    id: "connection_pool_exhaustion",
    title: "connection pool exhausted",
    systemLevel: "Application",
    faultType: "Operation Error",
    signature: [
      strain("pool", 3, "its connection pool fills up"),
      logs(NO_CONNECTION, 3, "it logs that it cannot get a connection"),
      callersLog(["pool exhausted", "too many connections"], 1, "its callers log the exhausted pool"),
      finding(["trace.self-time", "trace.error-origin"], 0.5, "requests wait or fail inside it"),
    ],
    refutedBy: "the pool has free connections and no request waits for one, while requests still fail",
    runbooks: ["connection-pool-exhaustion"],
  }),
  card({
    id: "memory_exhaustion",
    title: "out of memory",
    systemLevel: "Operating System",
    faultType: "Operation Error",
    signature: [
      strain("memory", 2, "its memory use climbs"),
      finding("metric.restart", 1.5, "it restarted"),
      logs(
        ["out of memory", "heap", "oom", "oomkilled", "code 134", "code 137", "heap limit", "cannot allocate memory"],
        3,
        "it or its supervisor logs an out-of-memory error",
      ),
      finding("cluster.out-of-memory", 5, "the kernel killed it because memory ran out"),
      alert("memory", "up", 2, "its memory alert fires"),
      alert("cpu", "up", 1, "its CPU use rises, as with garbage collection"),
      alert("error", "down", 0.5, "its requests fail"),
      alert("network", "down", -2, "its network traffic stops"),
    ],
    refutedBy: "its memory is flat and it did not restart around the onset",
    runbooks: ["memory-exhaustion"],
  }),
  card({
    id: "cpu_contention",
    title: "CPU starvation",
    systemLevel: "Operating System",
    faultType: "Operation Error",
    signature: [
      strain("cpu", 3, "its CPU use leaves its baseline range"),
      finding("trace.self-time", 1, "its own code takes longer"),
      logs(["event loop", "throttled"], 1, "it logs that it is delayed or throttled"),
      finding("metric.restart", -1.5, "it restarted, which CPU starvation alone does not cause"),
      alert("cpu", "up", 3, "its CPU alert fires"),
      alert("memory", "up", -0.5, "its memory alert fires too"),
      alert("network", "down", -1.5, "its network traffic stops"),
      alert("log", null, -1, "it logs rare messages, which slowness alone does not explain"),
      alert("error", "down", -0.5, "its requests fail instead of waiting"),
    ],
    refutedBy: "its CPU use and throttling are unchanged since before the onset",
    runbooks: ["cpu-contention"],
  }),
  card({
    id: "disk_full",
    title: "disk full",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    signature: [
      logs(["no space left", "enospc", "disk full", "disk quota"], 4, "writes fail because no space is left"),
      alert("disk space", "up", 2.5, "its disk fills up"),
      { kinds: ["metric.saturation"], family: ["disk space"], about: "self", weight: 3, why: "its disk is full" },
      shift("disk space", "up", 2.5, "the space left on its disk shrinks"),
    ],
    refutedBy: "every volume it writes to has free space and inodes",
    runbooks: ["disk-full"],
  }),
  card({
    id: "disk_io",
    title: "disk I/O saturated",
    systemLevel: "Hardware",
    faultType: "Network/Storage Issue",
    signature: [
      strain("disk", 2, "its disk is much busier"),
      alert(["disk", "disk read", "disk write"], "up", 2.5, "its disk alerts fire"),
    ],
    refutedBy: "its read and write rates and latency are as before",
    runbooks: ["disk-io"],
  }),
  card({
    id: "traffic_surge",
    title: "traffic exceeds its capacity",
    systemLevel: "Application",
    faultType: "Operation Error",
    // A surge of demand speaks for it, and steady traffic rules it out: `rca/demand.ts`.
    signature: [
      logs(["rate limit", "too many requests", "429", "overloaded"], 2, "it rejects requests"),
      finding(["change.deploy", "change.config"], -1, "it was changed shortly before"),
    ],
    refutedBy: "its request rate was normal at the onset",
    runbooks: ["traffic-surge", "retry-storm"],
  }),
];
