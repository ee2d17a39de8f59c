import type { CauseCard } from "../../domain/cause.ts";
import { alert, callersLog, card, finding, logs, shift, strain } from "./card.ts";

/** What drivers and pools of many languages say where no connection is to be had. */
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

/** Something ran out, or is fought over. */
export const RESOURCE_CAUSES: readonly CauseCard[] = [
  card({
    id: "connection_pool_exhaustion",
    title: "connection pool exhausted",
    systemLevel: "Application",
    faultType: "Operation Error",
    signature: [
      strain("pool", 3, "its connection pool fills up"),
      logs(NO_CONNECTION, 3, "it logs that it gets no connection"),
      callersLog(["pool exhausted", "too many connections"], 1, "its callers are told so"),
      finding(["trace.self-time", "trace.error-origin"], 0.5, "requests wait or fail in it"),
    ],
    refutedBy: "pool usage below its size, with no one waiting, while requests still fail",
    runbooks: ["connection-pool-exhaustion"],
  }),
  card({
    id: "memory_exhaustion",
    title: "runs out of memory",
    systemLevel: "Operating System",
    faultType: "Operation Error",
    signature: [
      strain("memory", 2, "its memory climbs"),
      finding("metric.restart", 1.5, "it was restarted"),
      logs(
        ["out of memory", "heap", "oom", "oomkilled", "code 134", "code 137", "heap limit", "cannot allocate memory"],
        3,
        "it or its supervisor says that memory ran out",
      ),
      finding("cluster.out-of-memory", 5, "the kernel killed it for memory"),
      alert("memory", "up", 2, "its memory alert fires"),
      alert("cpu", "up", 1, "it burns CPU on its memory"),
      alert("error", "down", 0.5, "its requests fail"),
      alert("network", "down", -2, "its network falls silent"),
    ],
    refutedBy: "memory flat and no restart around the onset",
    runbooks: ["memory-exhaustion"],
  }),
  card({
    id: "cpu_contention",
    title: "starved of CPU",
    systemLevel: "Operating System",
    faultType: "Operation Error",
    signature: [
      strain("cpu", 3, "its CPU use leaves the quiet range"),
      finding("trace.self-time", 1, "its own code takes longer"),
      logs(["event loop", "throttled"], 1, "it logs that it is held up"),
      finding("metric.restart", -1.5, "it was restarted, which want of CPU alone does not do"),
      alert("cpu", "up", 3, "its CPU alert fires"),
      alert("memory", "up", -0.5, "its memory alert fires as well"),
      alert("network", "down", -1.5, "its network falls silent"),
      alert("log", null, -1, "it logs what it rarely logs: more than slowness"),
      alert("error", "down", -0.5, "its requests fail, not only wait"),
    ],
    refutedBy: "CPU use and throttling unchanged since before the onset",
    runbooks: ["cpu-contention"],
  }),
  card({
    id: "disk_full",
    title: "disk full",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    signature: [
      logs(["no space left", "enospc", "disk full", "disk quota"], 4, "writes fail for want of space"),
      alert("disk space", "up", 2.5, "its disk fills up"),
      { kinds: ["metric.saturation"], family: ["disk space"], about: "self", weight: 3, why: "its disk is full" },
    ],
    refutedBy: "free space and inodes left on every volume that it writes to",
  }),
  card({
    id: "disk_io",
    title: "disk input/output saturated",
    systemLevel: "Hardware",
    faultType: "Network/Storage Issue",
    signature: [
      strain("disk", 2, "its disk is far busier"),
      alert(["disk", "disk read", "disk write"], "up", 2.5, "its disk alerts fire"),
    ],
    refutedBy: "read and write rates, and their latency, as before",
  }),
  card({
    id: "traffic_surge",
    title: "more traffic than it can serve",
    systemLevel: "Application",
    faultType: "Operation Error",
    signature: [
      shift("traffic", "up", 2, "it is asked far more often"),
      logs(["rate limit", "too many requests", "429", "overloaded"], 2, "it turns requests away"),
      finding(["change.deploy", "change.config"], -1, "it was changed just before"),
    ],
    refutedBy: "requests at their usual rate when it began",
  }),
];
