import { readSignal, type SignalFamily, signalWords } from "../domain/signals.ts";

/**
 * Reading of the name of a bounded resource.
 *
 * `used`, `free`: amount in use or left. `bound`: the limit. `throttled`: scheduler periods that were throttled, out of
 * the `bound` periods. `share`, `share left`: already a share of the limit; `percent` if the name says so. `subject`:
 * the words that a resource and its limit have in common.
 */
export type Bounded = {
  role: "used" | "free" | "bound" | "throttled" | "share" | "share left";
  subject: string;
  percent: boolean;
};

/**
 * Words of OpenTelemetry, cAdvisor, node_exporter, kube-state-metrics and client libraries (JVM, Go, HikariCP, Redis).
 */
const USED = new Set([
  "used",
  "usage",
  "use",
  "inuse",
  "active",
  "busy",
  "open",
  "resident",
  "working",
  "rss",
  "connected",
  "allocated",
  "borrowed",
]);
const FREE = new Set(["avail", "available", "free", "remaining"]);
const BOUND = new Set([
  "limit",
  "limits",
  "max",
  "maximum",
  "capacity",
  "size",
  "quota",
  "allocatable",
  "hard",
  "maxclients",
  "maxconnections",
]);
const SHARE = new Set(["utilization", "utilisation", "percent", "percentage", "pct", "ratio", "saturation"]);
/** Units, and words that name the origin of a figure rather than its subject. */
const FILLING = new Set([
  "in",
  "set",
  "bytes",
  "spec",
  "current",
  "count",
  "container",
  "kube",
  "k8s",
  "pod",
  "resource",
  "status",
  "state",
  "connections",
  "conns",
  "clients",
  "config",
  "global",
  "variables",
  "settings",
  "total",
  "throttled",
  "stat",
  "stats",
  "activity",
  "numbackends",
  "conn",
]);
/** Only these resources can fill up. A share of requests is not a resource. */
const RESOURCES = new Set<SignalFamily>(["cpu", "memory", "disk", "pool", "queue", "threads"]);
/** Whatever else has a limit beside it, such as the entries of a table of connections. */
const COUNTED = new Set<SignalFamily>([...RESOURCES, "other", "network"]);

/**
 * Reads the name of a bounded resource. @returns null if the name holds no word about a bound, or contradictory ones:
 * a "highest use ever" is neither use nor limit.
 */
export function boundedBy(metric: string): Bounded | null {
  const words = signalWords(metric);
  const { family, unit, hurts } = readSignal(metric);
  if (!RESOURCES.has(family) || words.includes("idle")) return null;
  const subject = subjectOf(words);
  const percent = unit === "percent";
  const { used, free, whole } = rolesOf(words);
  if (percent || words.some((word) => SHARE.has(word)))
    return whole ? null : { role: free || hurts === "down" ? "share left" : "share", subject, percent };
  if (words.includes("periods")) return { role: words.includes("throttled") ? "throttled" : "bound", subject, percent };
  if (Number(used) + Number(free) + Number(whole) !== 1) return null;
  // page caches use up free memory by design, so only "available" memory counts
  if (free) return family === "memory" && words.includes("free") ? null : { role: "free", subject, percent };
  return { role: used ? "used" : "bound", subject, percent };
}

/**
 * Which words of a use, of what is left, and of a limit the name holds. `max_open` is a limit; `max_used` is neither.
 */
function rolesOf(words: readonly string[]): { used: boolean; free: boolean; whole: boolean } {
  const [used, free, bound] = [USED, FREE, BOUND].map((known) =>
    words.some((word) => known.has(word) && !(word === "open" && words.includes("max"))),
  );
  // a counter ends in "total"; elsewhere the word means a limit, as in MemTotal_bytes
  const whole = bound === true || (words.includes("total") && words.at(-1) !== "total");
  return { used: used === true, free: free === true, whole };
}

const subjectOf = (words: readonly string[]): string =>
  words
    .filter((word) => !USED.has(word) && !FREE.has(word) && !BOUND.has(word) && !FILLING.has(word))
    // MySQL counts threads_connected, and limits max_connections
    .filter((word) => word !== "threads" || !words.includes("connected"))
    // backends are counted for each database, and limited for the server
    .filter((word) => word !== "database" || !words.includes("numbackends"))
    .join(" ");

/** Statistics of one series, rates, and work that waits are no amount in use. */
const NO_AMOUNT = new Set(
  (
    "avg average mean median min minimum sum p50 p90 p95 p99 rate seconds duration time age idle waiting waiters " +
    "pending queued closed created aborted timeouts core percent ratio periods"
  ).split(" "),
);

/**
 * Reading of a name that states an amount without a word of use: `pg_stat_activity_count`, `current_sessions`. Such an
 * amount and its limit belong together by the rest of their words alone.
 *
 * @returns null if the name may mean something else. `role` `plain`: in use, or the whole, as its partner shows.
 */
export function countedBy(metric: string): { role: "used" | "plain" | "free" | "bound"; subject: string } | null {
  const words = signalWords(metric);
  const { family, unit } = readSignal(metric);
  if (!COUNTED.has(family) || unit === "seconds" || unit === "percent" || unit === "ratio") return null;
  if (words.some((word) => NO_AMOUNT.has(word) && !(word === "idle" && countsSlots(words)))) return null;
  const { used, free, whole } = rolesOf(words);
  if (Number(used) + Number(free) + Number(whole) > 1) return null;
  if (free && family === "memory" && words.includes("free")) return null;
  const subject = subjectOf(words.filter((word) => !STATES.has(word)));
  return { role: used ? "used" : free ? "free" : whole ? "bound" : "plain", subject };
}

/** An idle session of a server holds a slot as well; an idle connection of a pool is free. */
const countsSlots = (words: readonly string[]): boolean => words.includes("activity");
/** States of sessions that a label adds. */
const STATES = new Set("idle transaction fastpath function call disabled".split(" "));

/** Below this share of its limit, in [0, 1], a CPU has capacity left, and nothing waits for it. */
const SPARE = 0.6;

/** True for a CPU share, as a percentage or a ratio by its name, that is far from its limit. */
export function isFarFromBound(metric: string, value: number): boolean {
  const bounded = boundedBy(metric);
  if (bounded?.role !== "share" || readSignal(metric).family !== "cpu" || signalWords(metric).includes("throttled"))
    return false;
  // a share without a unit: up to 1.5 it is a ratio, above a percentage
  return value < SPARE * (bounded.percent || value > 1.5 ? 100 : 1);
}
