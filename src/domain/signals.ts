import { meaningOf, metricNameOf } from "./metric-name.ts";

/** Golden signals of SRE. Latency and errors spread from callee to caller; traffic follows; saturation stays put. */
export type Sli = "latency" | "errors" | "traffic" | "saturation";

/** The direction in which a signal hurts; "both" if either can. */
export type Hurts = "up" | "down" | "both";

type FamilyMeaning = { sli: Sli | null; resource: string | null };

/** Each family of signals: the golden signal that it measures, and the resource if it measures one. */
const FAMILIES = {
  latency: { sli: "latency", resource: null },
  error: { sli: "errors", resource: null },
  /** Share of requests that succeed. */
  availability: { sli: "errors", resource: null },
  /** An instance or target is up, ready, reachable. */
  instance: { sli: "errors", resource: null },
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

type Row = { family: SignalFamily; hurts: Hurts; words: ReadonlySet<string>; phrases: readonly string[][] };

/** One row of the vocabulary. `a+b` matches a name that holds both words. */
const row = (family: SignalFamily, hurts: Hurts, words: string): Row => {
  const entries = words.split(" ").map((entry) => entry.split("+"));
  return {
    family,
    hurts,
    words: new Set(entries.filter(({ length }) => length === 1).flat()),
    phrases: entries.filter(({ length }) => length > 1),
  };
};

/**
 * Words of general vocabularies: OpenTelemetry, Prometheus exporters, cAdvisor, node_exporter, kube-state-metrics, RED
 * and USE. The first row that matches a name decides: `http_server_request_errors_total` is about errors although it
 * says "request", and "5xx" outranks the "rate" next to it. Resources come before latency, so that `cpu_usage_p95` is
 * about CPU.
 */
const ROWS: readonly Row[] = [
  row("disk", "up", "filling"), // before "up": PersistentVolumeFillingUp
  row("other", "up", "success+age scrape+age backup+age last+age"), // time since it last went well
  row("restart", "both", "restart restarts restarted uptime boot crash crashloop crashlooping looping backoff"),
  // before "ready", which is good news of an instance: messages that wait, and who is there to take them
  row("queue", "up", "messages+ready messages+visible messages+unacked messages+unacknowledged messages+undelivered"),
  row("queue", "down", "queue+consumers active+consumers consumer+count consumers+count consumergroup+members"),
  row("instance", "up", "down instancedown unavailable unready unhealthy un+healthy unreachable"),
  row("instance", "down", "up ready healthy alive replicas+available hosts+available"),
  row("latency", "up", "success+latency success+duration"), // Azure's SuccessE2ELatency
  row("availability", "down", "availability success sr rr hit"), // rr: response rate, the share of answered requests
  // CPU throttling delays work; no request fails. `cfs`: cAdvisor's counters of the kernel's scheduler
  row("cpu", "up", "cfs cpu+throttle cpu+throttled cpu+throttling"),
  row(
    "error",
    "up",
    "error errors errorcount fail failed failure failures fault faults exception exceptions timeout timeouts",
  ),
  row("error", "up", "5xx 4xx 500 502 503 504 429 401 unauthorized denied rejected refused cancelled dropped servfail"),
  row("network", "up", "retransmit retransmits retrans"),
  row("error", "up", "throttle throttled throttling"), // a rate limit refuses requests
  row(
    "pool",
    "up",
    "pool connections connection conns conn waiters saturation sessions numbackends maxclients maxconnections",
  ),
  row("pool", "up", "threads+connected connected+clients pg+stat+activity"),
  row("queue", "up", "queue queued backlog lag behind age depth pending"),
  row("cpu", "up", "cpu load1 load5 load15 load+average"),
  row("memory", "up", "memory mem gc heap oom rss swap resident"),
  row("latency", "up", "latency duration delay mrt rt rtt response wait slow runtime p50 p75 p90 p95 p99"),
  row("cpu", "up", "load"), // after latency: page_load_duration
  row("threads", "up", "threads thread goroutines goroutine workers fds descriptors"),
  row("network", "both", "network net receive transmit trainsmit packets tcp eth0"),
  row("disk", "up", "disk fs io filesystem inode inodes iops read reads write writes syscall volume storage"),
  row("disk", "up", "burst+balance"), // of a cloud volume
  row("network", "both", "bytes"), // a unit: only where nothing else is known
  row("traffic", "both", "requests request rps qps ops throughput tps calls rate traffic workload"),
  row("traffic", "both", "queries query commands"),
];

/** Words for the part of a resource that is left: less of it hurts. `balance`: credits of clouds (BurstBalance). */
const FREE = new Set(
  "free freeable avail available idle remaining headroom left unused spare unallocated balance".split(" "),
);
/** A figure of the host, though it may be reported for a pod. */
const NODE_WORDS = new Set(["node", "host", "machine"]);
/** A figure of calls that the entity makes, not of those that it serves. */
const CLIENT_WORDS = new Set(["client", "outbound", "outgoing", "upstream", "egress"]);

export type Unit = "percent" | "ratio" | "seconds" | "milliseconds" | "bytes";

const UNITS: readonly [Unit, RegExp][] = [
  ["percent", /%|percent(?:age)?(?![a-z])|(?<![a-z])pct(?![a-z])/],
  ["ratio", /(?<![a-z])(?:ratio|utili[sz]ation)(?![a-z])/],
  ["milliseconds", /(?<![a-z])(?:ms|milliseconds|millis)(?![a-z])/],
  ["seconds", /(?<![a-z])seconds(?![a-z])|\(s\)/],
  ["bytes", /bytes|(?<![a-z])(?:[kmg]i?b|[kmg]i)(?![a-z])/],
];

export type SignalReading = {
  family: SignalFamily;
  sli: Sli | null;
  resource: string | null;
  hurts: Hurts;
  /** Unit in the name; null if it names none. A counter of seconds or bytes has that unit too. */
  unit: Unit | null;
  /** A figure of the host, even if it is reported for a pod. */
  ofNode: boolean;
  /** About the calls that the entity makes, not those that it serves. */
  ofCalls: boolean;
};

/**
 * Splits a name of any style (`CpuUsageRate(%)`, `KubePodCrashLooping`, `system.io.w_s`) into lower-case words. Labels
 * count as far as they say what is measured (`code`, `mode`), not where.
 */
export function signalWords(name: string): string[] {
  if (!name.includes("{") && !name.includes(";")) return wordsOf(name);
  const { base, labels } = metricNameOf(name);
  return [...wordsOf(base), ...wordsOf(meaningOf(labels))];
}

const wordsOf = (text: string): string[] =>
  text
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");

/**
 * Reads what a metric or an alert is about from its name: family, golden signal, resource, unit, harmful direction.
 */
export function readSignal(name: string): SignalReading {
  const words = signalWords(withoutPlaces(name));
  const found = ROWS.find(
    ({ words: known, phrases }) =>
      words.some((word) => known.has(word)) || phrases.some((phrase) => phrase.every((word) => words.includes(word))),
  );
  const family = found?.family ?? "other";
  const meaning = FAMILIES[family];
  return {
    family,
    ...meaning,
    hurts: isLeft(words, family) ? "down" : (found?.hurts ?? "both"),
    unit: UNITS.find(([, pattern]) => pattern.test(name.toLowerCase()))?.[0] ?? null,
    ofNode: NODE_WORDS.has(words[0] ?? ""),
    ofCalls: words.some((word) => CLIENT_WORDS.has(word)),
  };
}

/**
 * The two ends of a call (`Latency:a->b`) and the level of a recording rule (`job:requests:rate5m`) say where, not
 * what.
 *
 * @see Prometheus, Recording rules: level:metric:operations.
 */
function withoutPlaces(name: string): string {
  const [first = name, ...more] = name.split(/:(?![^{]*\})/);
  if (more.length === 0 || /->|→/.test(name)) return first;
  return more.length === 1 ? name : more.join(" ");
}

/**
 * True if the name measures the part of something that is left. Free memory does not count: page caches use it by
 * design. Nor does a session that sits "idle in transaction": it holds what others wait for.
 */
function isLeft(words: readonly string[], family: SignalFamily): boolean {
  if (FAMILIES[family].resource === null && family !== "other") return false;
  if (words.includes("transaction") || words.includes("cached")) return false;
  return words.some((word) => FREE.has(word) && !(family === "memory" && word === "free"));
}

const DISK_READ = new Set(["read", "reads", "r"]);
const DISK_WRITE = new Set(["write", "writes", "w"]);
const DISK_SPACE = new Set(
  ["usage", "used", "full", "filling", "space", "free", "avail", "available"].concat([
    "filesystem",
    "fs",
    "volume",
    "inode",
    "inodes",
  ]),
);

/** The side of a disk that a disk signal is about: a full disk has other causes than a busy one. Null if unnamed. */
export function diskPartOf(name: string): "read" | "write" | "space" | null {
  const words = signalWords(name);
  const names = (known: ReadonlySet<string>): boolean => words.some((word) => known.has(word));
  return names(DISK_READ) ? "read" : names(DISK_WRITE) ? "write" : names(DISK_SPACE) ? "space" : null;
}

/** The signals that users feel. */
export type UserSli = "latency" | "errors";

/** The user-facing SLI of a family; null for families that users do not feel, and for an unknown one. */
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
