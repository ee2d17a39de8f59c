import type { Alert } from "../domain/telemetry.ts";

/** `family`: what the alert is about; alerts of one family say one thing several times. `weight` in [0, 1]: how far it speaks of its own entity's illness. */
export type Bearing = { family: string; weight: number };

type Rule = { family: string; words: readonly string[]; up: number; down: number };

/**
 * Words of general vocabularies (OpenTelemetry, cAdvisor, node_exporter, RED and USE), first match wins. An entity's own resources, its speed, and traffic that
 * it lost speak of itself. Errors spread to callers as well, so they count half. Traffic that it gained was mostly lost elsewhere: it does not count.
 */
const RULES: readonly Rule[] = [
  {
    family: "restart",
    words: ["restart", "restarts", "uptime", "instancedown", "down", "up", "healthy", "ready"],
    up: 1,
    down: 1,
  },
  { family: "error", words: ["success", "availability", "sr", "rr"], up: 0, down: 0.5 },
  {
    family: "error",
    words: [
      "error",
      "errors",
      "fail",
      "failed",
      "failure",
      "failures",
      "exception",
      "exceptions",
      "5xx",
      "4xx",
      "500",
      "503",
      "401",
      "timeout",
      "timeouts",
    ],
    up: 0.5,
    down: 0,
  },
  {
    family: "pool",
    words: ["pool", "connections", "connection", "conns", "waiters", "pending", "throttle", "throttled", "throttling"],
    up: 1,
    down: 0.5,
  },
  { family: "queue", words: ["queue", "backlog", "lag"], up: 1, down: 0.5 },
  { family: "cpu", words: ["cpu", "load", "load1", "load5", "load15"], up: 1, down: 0 },
  { family: "memory", words: ["memory", "mem", "heap", "gc", "oom", "rss", "swap"], up: 1, down: 0 },
  {
    family: "latency",
    words: [
      "latency",
      "duration",
      "delay",
      "mrt",
      "rt",
      "rtt",
      "response",
      "wait",
      "slow",
      "p50",
      "p75",
      "p90",
      "p95",
      "p99",
    ],
    up: 1,
    down: 0,
  },
  { family: "threads", words: ["threads", "thread", "goroutines", "fds", "descriptors"], up: 0.5, down: 0 },
  { family: "network", words: ["network", "net", "receive", "transmit", "packets", "tcp"], up: 0, down: 1 },
  {
    family: "disk",
    words: ["disk", "fs", "io", "filesystem", "inodes", "iops", "read", "reads", "write", "writes", "volume"],
    up: 1,
    down: 0,
  },
  {
    family: "traffic",
    words: ["requests", "request", "rps", "qps", "ops", "throughput", "tps", "calls", "rate", "traffic"],
    up: 0,
    down: 1,
  },
];

/** How full the file system is. A pod's grows with what it logs, and is often its node's: only a node's speaks of itself. */
const FULLNESS = ["usage", "used", "full", "space", "free", "available"];
const UNKNOWN_WEIGHT = 0.5;

/** What an alert says about the entity that it is raised for. A call that another finds slow speaks as much of the way and of the caller; failing ones say no more than errors. */
export function bearingOf({ signal, name, message, direction, entity, entityKind, peer }: Alert): Bearing {
  if (signal === "log") return { family: "log", weight: 1 };
  if (signal === "trace") {
    if (peer === null || peer === entity) return { family: "inner call", weight: 0 };
    return direction === "up" || message === null
      ? { family: "slow call", weight: 0.5 }
      : { family: "failing call", weight: 0 };
  }
  const words = wordsOf(name);
  const rule = RULES.find(({ words: known }) => known.some((word) => words.includes(word)));
  if (!rule) return { family: name, weight: UNKNOWN_WEIGHT };
  if (rule.family === "disk") return diskBearing(words, entityKind, direction);
  return { family: rule.family, weight: direction === null ? Math.max(rule.up, rule.down) : rule[direction] };
}

function diskBearing(words: readonly string[], entityKind: string, direction: Alert["direction"]): Bearing {
  const weight = direction === "down" ? 0 : 1;
  const says = (any: readonly string[]): boolean => any.some((word) => words.includes(word));
  if (says(["read", "reads", "r"])) return { family: "disk read", weight };
  if (says(["write", "writes", "w"])) return { family: "disk write", weight };
  return says(FULLNESS)
    ? { family: "disk space", weight: entityKind === "node" ? weight : 0 }
    : { family: "disk", weight };
}

/** `HighErrorRatio`, `system.io.w_s` and `container_cpu_usage` alike, cut into lower-case words. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
