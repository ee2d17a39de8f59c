import type { CauseCard } from "../../domain/cause.ts";

/** What drivers and pools of many languages say where no connection is to be had. */
const NO_CONNECTION = [
  "pool", "queuepool limit", "acquire", "too many connections", "too many clients", "connection limit", "connection slots", "checkout timeout",
  "connection is not available", "unable to fetch a connection", "could not obtain a connection", "could not obtain a database connection", "checkout a connection has timed out",
];

/** Something ran out, or is fought over. */
export const RESOURCE_CAUSES: readonly CauseCard[] = [
  {
    id: "connection_pool_exhaustion", title: "connection pool exhausted", systemLevel: "Application", faultType: "Operation Error", entityKinds: [],
    signature: [
      { kinds: ["metric.shift", "metric.saturation"], family: ["pool"], direction: "up", about: "self", weight: 3, why: "its connection pool fills up" },
      { kinds: ["log.new-template", "log.bursting-template"], words: NO_CONNECTION, about: "self", weight: 3, why: "it logs that it gets no connection" },
      { kinds: ["log.new-template", "log.bursting-template"], words: ["pool exhausted", "too many connections"], about: "callee", weight: 1, why: "its callers are told so" },
      { kinds: ["trace.self-time", "trace.error-origin"], about: "self", weight: 0.5, why: "requests wait or fail in it" },
    ],
    refutedBy: "pool usage below its size, with no one waiting, while requests still fail", runbooks: ["connection-pool-exhaustion"],
  },
  {
    id: "memory_exhaustion", title: "runs out of memory", systemLevel: "Operating System", faultType: "Operation Error", entityKinds: [],
    signature: [
      { kinds: ["metric.shift", "metric.saturation"], family: ["memory"], direction: "up", about: "self", weight: 2, why: "its memory climbs" },
      { kinds: ["metric.restart"], about: "self", weight: 1.5, why: "it was restarted" },
      { kinds: ["log.new-template", "log.bursting-template"], words: ["out of memory", "heap", "oom", "oomkilled", "code 134", "code 137", "heap limit", "cannot allocate memory"], about: "self", weight: 3, why: "it or its supervisor says that memory ran out" },
      { kinds: ["cluster.out-of-memory"], about: "self", weight: 5, why: "the kernel killed it for memory" },
      { kinds: ["alert.firing"], family: ["memory"], direction: "up", about: "self", weight: 2, why: "its memory alert fires" },
      { kinds: ["alert.firing"], family: ["cpu"], direction: "up", about: "self", weight: 1, why: "it burns CPU on its memory" },
      { kinds: ["alert.firing"], family: ["error"], direction: "down", about: "self", weight: 0.5, why: "its requests fail" },
      { kinds: ["alert.firing"], family: ["network"], direction: "down", about: "self", weight: -2, why: "its network falls silent" },
    ],
    refutedBy: "memory flat and no restart around the onset", runbooks: ["memory-exhaustion"],
  },
  {
    id: "cpu_contention", title: "starved of CPU", systemLevel: "Operating System", faultType: "Operation Error", entityKinds: [],
    signature: [
      { kinds: ["metric.shift", "metric.saturation"], family: ["cpu"], direction: "up", about: "self", weight: 3, why: "its CPU use leaves the quiet range" },
      { kinds: ["trace.self-time"], about: "self", weight: 1, why: "its own code takes longer" },
      { kinds: ["log.new-template", "log.bursting-template"], words: ["event loop", "throttled"], about: "self", weight: 1, why: "it logs that it is held up" },
      { kinds: ["metric.restart"], about: "self", weight: -1.5, why: "it was restarted, which want of CPU alone does not do" },
      { kinds: ["alert.firing"], family: ["cpu"], direction: "up", about: "self", weight: 3, why: "its CPU alert fires" },
      { kinds: ["alert.firing"], family: ["memory"], direction: "up", about: "self", weight: -0.5, why: "its memory alert fires as well" },
      { kinds: ["alert.firing"], family: ["network"], direction: "down", about: "self", weight: -1.5, why: "its network falls silent" },
      { kinds: ["alert.firing"], family: ["log"], about: "self", weight: -1, why: "it logs what it rarely logs: more than slowness" },
      { kinds: ["alert.firing"], family: ["error"], direction: "down", about: "self", weight: -0.5, why: "its requests fail, not only wait" },
    ],
    refutedBy: "CPU use and throttling unchanged since before the onset", runbooks: ["cpu-contention"],
  },
  {
    id: "disk_full", title: "disk full", systemLevel: "Operating System", faultType: "Network/Storage Issue", entityKinds: [],
    signature: [
      { kinds: ["log.new-template", "log.bursting-template"], words: ["no space left", "enospc", "disk full", "disk quota"], about: "self", weight: 4, why: "writes fail for want of space" },
      { kinds: ["alert.firing"], family: ["disk space"], direction: "up", about: "self", weight: 2.5, why: "its disk fills up" },
      { kinds: ["metric.saturation"], family: ["disk space"], about: "self", weight: 3, why: "its disk is full" },
    ],
    refutedBy: "free space and inodes left on every volume that it writes to", runbooks: [],
  },
  {
    id: "disk_io", title: "disk input/output saturated", systemLevel: "Hardware", faultType: "Network/Storage Issue", entityKinds: [],
    signature: [
      { kinds: ["metric.shift", "metric.saturation"], family: ["disk"], direction: "up", about: "self", weight: 2, why: "its disk is far busier" },
      { kinds: ["alert.firing"], family: ["disk", "disk read", "disk write"], direction: "up", about: "self", weight: 2.5, why: "its disk alerts fire" },
    ],
    refutedBy: "read and write rates, and their latency, as before", runbooks: [],
  },
  {
    id: "traffic_surge", title: "more traffic than it can serve", systemLevel: "Application", faultType: "Operation Error", entityKinds: [],
    signature: [
      { kinds: ["metric.shift"], family: ["traffic"], direction: "up", about: "self", weight: 2, why: "it is asked far more often" },
      { kinds: ["log.new-template", "log.bursting-template"], words: ["rate limit", "too many requests", "429", "overloaded"], about: "self", weight: 2, why: "it turns requests away" },
      { kinds: ["change.deploy", "change.config"], about: "self", weight: -1, why: "it was changed just before" },
    ],
    refutedBy: "requests at their usual rate when it began", runbooks: [],
  },
];
