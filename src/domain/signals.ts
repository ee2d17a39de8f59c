/** Golden signals of SRE. Latency and errors spread from callee to caller; traffic follows; saturation stays put. */
export type Sli = "latency" | "errors" | "traffic" | "saturation";

/** The direction in which a signal hurts; "both" where either can. */
export type Hurts = "up" | "down" | "both";

type FamilyMeaning = { sli: Sli | null; resource: string | null };

/** Each family of signals: the golden signal that it measures, and the resource where it measures one. */
const FAMILIES = {
  latency: { sli: "latency", resource: null },
  error: { sli: "errors", resource: null },
  availability: { sli: "errors", resource: null },
  traffic: { sli: "traffic", resource: null },
  cpu: { sli: "saturation", resource: "cpu" },
  memory: { sli: "saturation", resource: "memory" },
  disk: { sli: "saturation", resource: "disk" },
  network: { sli: "saturation", resource: "network" },
  pool: { sli: "saturation", resource: "pool" },
  queue: { sli: "saturation", resource: "queue" },
  threads: { sli: "saturation", resource: "threads" },
  restart: { sli: null, resource: null },
  other: { sli: null, resource: null },
} as const satisfies Record<string, FamilyMeaning>;

export type SignalFamily = keyof typeof FAMILIES;

/** Who reads a name. Only rows marked `only` make a difference. */
type Reader = "metric" | "alert";

type Row = { family: SignalFamily; hurts: Hurts; words: ReadonlySet<string>; only: Reader | null };

const row = (family: SignalFamily, hurts: Hurts, words: string, only: Reader | null = null): Row => ({
  family,
  hurts,
  words: new Set(words.split(" ")),
  only,
});

/**
 * Words of general vocabularies: OpenTelemetry, Prometheus exporters, cAdvisor, node_exporter, kube-state-metrics, RED
 * and USE. The first row with a word of the name decides: `http_server_request_errors_total` is about errors although it
 * says "request", and "5xx" outranks the "rate" beside it.
 *
 * Rows marked `only` are the differences between two older tables, one for metrics and one for alerts.
 */
const ROWS: readonly Row[] = [
  row("restart", "both", "restart restarts uptime"),
  row("restart", "both", "boot", "metric"),
  row("restart", "both", "instancedown down up healthy ready", "alert"),
  row("availability", "down", "availability success sr"),
  row("availability", "down", "up ready healthy hit", "metric"),
  row("availability", "down", "rr", "alert"),
  // cAdvisor's CFS counters: the kernel throttles CPU time there, no request fails
  row("cpu", "up", "cfs", "metric"),
  row("error", "up", "error errors fail failed failure failures exception exceptions timeout timeouts"),
  row("error", "up", "5xx 4xx 500 503 401"),
  row("error", "up", "fault faults unauthorized denied rejected refused cancelled dropped servfail", "metric"),
  row("error", "up", "throttle throttled throttling retransmits", "metric"),
  row("pool", "up", "pool connections connection conns waiters pending"),
  row("pool", "up", "conn saturation", "metric"),
  row("pool", "up", "throttle throttled throttling", "alert"),
  row("queue", "up", "queue backlog lag"),
  row("queue", "up", "age depth", "metric"),
  row("cpu", "up", "cpu load load1 load5 load15", "alert"),
  row("memory", "up", "memory mem", "alert"),
  row("memory", "up", "gc heap oom rss swap"),
  row("latency", "up", "latency duration delay mrt rt rtt response wait p50 p75 p90 p95 p99"),
  row("latency", "up", "slow", "alert"),
  row("cpu", "up", "cpu load load1 load5 load15", "metric"),
  row("memory", "up", "memory mem resident", "metric"),
  row("threads", "up", "threads thread goroutines fds descriptors", "alert"),
  row("network", "both", "network net receive transmit packets tcp", "alert"),
  row("disk", "up", "disk fs io filesystem inodes iops read reads write writes volume"),
  row("disk", "up", "inode syscall", "metric"),
  row("network", "both", "network net receive transmit trainsmit bytes packets tcp eth0", "metric"),
  row("threads", "up", "threads thread goroutines goroutine fds descriptors", "metric"),
  row("traffic", "both", "requests request rps qps ops throughput tps calls rate"),
  row("traffic", "both", "workload count rr", "metric"),
  row("traffic", "both", "traffic", "alert"),
];

/** A figure of the host, though it may be reported for a pod. */
const NODE_WORDS = new Set(["node", "host", "machine"]);
/** A figure of calls that the entity makes, not of those that it serves. */
const CLIENT_WORDS = new Set(["client", "outbound", "outgoing", "upstream", "egress"]);

export type SignalReading = {
  family: SignalFamily;
  sli: Sli | null;
  resource: string | null;
  hurts: Hurts;
  /** A figure of the host, even where it is reported for a pod. */
  ofNode: boolean;
  /** About the calls that the entity makes, not those that it serves. */
  ofCalls: boolean;
};

/** Splits a name of any style (`CpuUsageRate(%)`, `http_server.duration-p99`, `system.io.w_s`) into lower-case words. */
export const signalWords = (name: string): string[] =>
  name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");

/** Reads the family, the golden signal and the harmful direction from the name of a metric or an alert. */
export function readSignal(name: string, reader: Reader = "metric"): SignalReading {
  const words = reader === "metric" ? signalWords(name.split(":", 1)[0] ?? name) : alertWords(name);
  const found = ROWS.find(
    ({ words: known, only }) => (only ?? reader) === reader && words.some((word) => known.has(word)),
  );
  const family = found?.family ?? "other";
  return {
    family,
    ...FAMILIES[family],
    hurts: found?.hurts ?? "both",
    ofNode: NODE_WORDS.has(words[0] ?? ""),
    ofCalls: words.some((word) => CLIENT_WORDS.has(word)),
  };
}

/** Splits an alert's name. Unlike {@link signalWords} it keeps `CPUUsage` together. */
const alertWords = (name: string): string[] =>
  name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** The signals that users feel. */
export type UserSli = "latency" | "errors";

/** The user-facing SLI of a family; null for all families that users do not feel, and for an unknown one. */
export function userSliOf(family: unknown): UserSli | null {
  const sli = isFamily(family) ? FAMILIES[family].sli : null;
  return sli === "latency" || sli === "errors" ? sli : null;
}

const isFamily = (family: unknown): family is SignalFamily =>
  typeof family === "string" && Object.hasOwn(FAMILIES, family);

/** The user-facing SLI of a metric or an alert by its name; null for all others, and for calls that an entity makes. */
export function sliOf(name: string): UserSli | null {
  const { family, ofCalls } = readSignal(name);
  return ofCalls ? null : userSliOf(family);
}
