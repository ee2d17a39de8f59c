/** What a metric measures, in the words of SRE's signals and of USE. */
export type MetricFamily =
  | "latency"
  | "error"
  | "availability"
  | "traffic"
  | "cpu"
  | "memory"
  | "disk"
  | "network"
  | "pool"
  | "queue"
  | "threads"
  | "restart"
  | "other";

/** `bad`: the direction that hurts; "both" where either can. `ofNode`: it is the host's figure, told of a pod. `ofCalls`: it is about
 *  the calls that the entity makes, not those that it serves. */
export type MetricMeaning = { family: MetricFamily; bad: "up" | "down" | "both"; ofNode: boolean; ofCalls: boolean };

/**
 * Words of general vocabularies (OpenTelemetry, cAdvisor, node_exporter, kube-state-metrics, RED and USE), first match wins: a
 * name such as `http_server_request_errors_total` is about errors although it says "request".
 */
const RULES: readonly { family: MetricFamily; bad: MetricMeaning["bad"]; words: readonly string[] }[] = [
  { family: "restart", bad: "both", words: ["restart", "restarts", "uptime", "boot"] },
  { family: "availability", bad: "down", words: ["availability", "success", "sr", "up", "ready", "healthy", "hit"] },
  { family: "cpu", bad: "up", words: ["cfs"] }, // the kernel's scheduler: what it throttles is no failed request
  {
    family: "error",
    bad: "up",
    words: [
      "error",
      "errors",
      "fail",
      "failed",
      "failure",
      "failures",
      "fault",
      "faults",
      "exception",
      "exceptions",
      "5xx",
      "4xx",
      "500",
      "503",
      "401",
      "unauthorized",
      "denied",
      "rejected",
      "refused",
      "cancelled",
      "dropped",
      "timeout",
      "timeouts",
      "throttle",
      "throttled",
      "throttling",
      "servfail",
      "retransmits",
    ],
  },
  {
    family: "pool",
    bad: "up",
    words: ["pool", "connections", "connection", "conns", "conn", "waiters", "pending", "saturation"],
  },
  { family: "queue", bad: "up", words: ["queue", "backlog", "lag", "age", "depth"] },
  { family: "memory", bad: "up", words: ["gc", "heap", "oom", "rss", "swap"] },
  {
    family: "latency",
    bad: "up",
    words: [
      "latency",
      "duration",
      "delay",
      "mrt",
      "rt",
      "rtt",
      "response",
      "wait",
      "p50",
      "p75",
      "p90",
      "p95",
      "p99",
      "seconds.bucket",
    ],
  },
  { family: "cpu", bad: "up", words: ["cpu", "load1", "load5", "load15", "load"] },
  { family: "memory", bad: "up", words: ["memory", "mem", "resident"] },
  {
    family: "disk",
    bad: "up",
    words: [
      "disk",
      "fs",
      "io",
      "filesystem",
      "inode",
      "inodes",
      "iops",
      "read",
      "reads",
      "write",
      "writes",
      "syscall",
      "volume",
    ],
  },
  {
    family: "network",
    bad: "both",
    words: ["network", "net", "receive", "transmit", "trainsmit", "bytes", "packets", "tcp", "eth0"],
  },
  { family: "threads", bad: "up", words: ["threads", "thread", "goroutines", "goroutine", "fds", "descriptors"] },
  {
    family: "traffic",
    bad: "both",
    words: [
      "requests",
      "request",
      "rps",
      "qps",
      "ops",
      "workload",
      "count",
      "rate",
      "rr",
      "calls",
      "throughput",
      "tps",
    ],
  },
];

/** `CpuUsageRate(%)`, `http_server.duration-p99` and `system.io.w_s` alike, cut into lower-case words. */
export const metricWords = (metric: string): string[] =>
  metric
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");

/** What `metric` measures, read off the words of its name. A name after a colon tells whom it is about, not what. */
export function metricMeaning(metric: string): MetricMeaning {
  const words = metricWords(metric.split(":", 1)[0] ?? metric);
  const said = new Set(words);
  const ofNode = words[0] === "node" || words[0] === "host" || words[0] === "machine";
  const ofCalls = words.some(
    (word) =>
      word === "client" || word === "outbound" || word === "outgoing" || word === "upstream" || word === "egress",
  );
  // "uptime" and "up" are states; "5xx" outranks the word "rate" beside it: hence the order of the rules
  const rule = RULES.find(({ words: known }) => known.some((word) => said.has(word)));
  return rule
    ? { family: rule.family, bad: rule.bad, ofNode, ofCalls }
    : { family: "other", bad: "both", ofNode, ofCalls };
}

/** The signals that spread from callee to caller; errors and availability are two faces of one. */
const SLI: Partial<Record<MetricFamily, string>> = { latency: "latency", error: "errors", availability: "errors" };

/** Which of the signals that people feel a metric or an alert on it is about, read off its name: `latency`, `errors`; null for all others, and for calls that an entity makes itself. */
export function sliOf(metric: string): string | null {
  const { family, ofCalls } = metricMeaning(metric);
  return ofCalls ? null : (SLI[family] ?? null);
}

/** What an alarm is about: the metric that it names where that was recorded, else all that tell of the same thing people feel. */
export function isAskedOf(
  target: { metric: string } | null,
  recorded: ReadonlySet<string>,
): (metric: string) => boolean {
  if (target === null) return () => false;
  if (recorded.has(target.metric)) return (metric) => metric === target.metric;
  const sli = sliOf(target.metric);
  return (metric) => sli !== null && sliOf(metric) === sli;
}

/** Who a metric such as `Latency:a->b` or `SuccessRate:a->b` is about: the call from `caller` to `callee`. Null for the others. */
export function metricCall(metric: string): { caller: string; callee: string } | null {
  const [, caller, callee] = /:(.+?)(?:->|→)(.+)$/.exec(metric) ?? [];
  return caller && callee ? { caller: caller.trim(), callee: callee.trim() } : null;
}
