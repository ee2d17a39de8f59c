/** A metric's name without its labels, and its labels: `http_requests_total{code="500"}`. */
export type MetricName = { base: string; labels: ReadonlyMap<string, string> };

/**
 * Splits the name of a series into metric and labels. It reads the notations of Prometheus (`name{code="500"}`),
 * Datadog (`name{code:500,host:a}`) and Graphite (`name;code=500`). A name without labels has an empty map.
 */
export function metricNameOf(name: string): MetricName {
  const [, base, inner] = /^([^{;]+?)\s*(?:\{(.*)\}|;(.*))$/s.exec(name)?.filter((part) => part !== undefined) ?? [];
  if (base === undefined || inner === undefined) return { base: name, labels: new Map() };
  const labels = new Map<string, string>();
  for (const [, key, quoted, bare] of inner.matchAll(/([\w.]+)\s*(?:=~?|:)\s*(?:"((?:[^"\\]|\\.)*)"|([^,;"]*))/g))
    if (key !== undefined) labels.set(key.toLowerCase(), (quoted ?? bare ?? "").trim());
  return { base, labels };
}

/** Labels that say what a series counts. All others locate it: an instance, a device, a route, a database. */
const MEANING = new Set(
  [
    "code status status_code response_code http_code http_status http_status_code http_response_status_code",
    "grpc_code grpc_status rcode result outcome success ok error error_type error_class exception",
    "mode state reason condition type conn_type connection_type kind direction op operation action event level severity area class resource",
    "le quantile",
  ].flatMap((row) => row.split(" ")),
);

/** Values of outcome labels that mean success. */
const FINE = new Set([
  "ok",
  "success",
  "succeeded",
  "successful",
  "none",
  "no_error",
  "noerror",
  "",
  "0",
  "informational",
]);
const FAILED = new Set(["error", "err", "fail", "failed", "failure", "exception", "server_error", "unknown_error"]);
/** gRPC codes for failures of the server, without underscores. @see gRPC, Status codes and their use. */
const FAILED_CALLS = new Set(
  "unavailable internal deadlineexceeded resourceexhausted unknown dataloss unimplemented aborted".split(" "),
);

/**
 * The words that the labels of a series add to its meaning, as a text: `5xx` for `code="503"`, `error` for
 * `outcome="SERVER_ERROR"` or `success="false"`, `idle` for `mode="idle"`. Labels about a place add nothing.
 */
export function meaningOf(labels: ReadonlyMap<string, string>): string {
  const words: string[] = [];
  for (const [label, value] of labels) {
    const key = label.replaceAll(".", "_");
    if (!MEANING.has(key) || key === "le" || key === "quantile") continue;
    const text = value.toLowerCase();
    const truth = key === "success" || key === "ok" ? "positive" : key.startsWith("error") ? "negative" : null;
    const status = /^([1-5])(?:\d\d|xx)$/.exec(text)?.[1];
    if (status !== undefined) words.push(status >= "4" ? `${status}xx` : "");
    else if (text === "true" || text === "false") {
      if (truth !== null && (text === "true") === (truth === "negative")) words.push("error");
      else if (key === "condition" && text === "false") words.push("unready");
    } else if (FAILED.has(text) || (/code$|status$/.test(key) && FAILED_CALLS.has(text.replaceAll("_", ""))))
      words.push("error");
    else if (!FINE.has(text)) words.push(value);
  }
  return words.filter((word) => word !== "").join(" ");
}

/** True for a label that says what a series counts, such as `code` or `mode`. */
export const isMeaningLabel = (label: string): boolean => MEANING.has(label.toLowerCase().replaceAll(".", "_"));

/** The labels that locate a series, as a key: series with the same key belong together. */
export const placeKey = (labels: ReadonlyMap<string, string>): string =>
  [...labels]
    .filter(([label]) => !MEANING.has(label.replaceAll(".", "_")))
    .map(([label, value]) => `${label}=${value}`)
    .toSorted()
    .join(",");
