import type { Report } from "../domain/report.ts";

/** The signals that an analysis reads: as people name them, as evidence names them, and as sources begin. */
const SIGNALS = [
  { label: "logs", signal: "log" },
  { label: "metrics", signal: "metric" },
  { label: "traces", signal: "trace" },
  { label: "alerts", signal: "alert" },
  { label: "cluster state", signal: "cluster" },
  { label: "changes", signal: "change" },
] as const;

/** One signal in a report of a quiet analysis. `found` holds evidence ids; empty means quiet. */
export type SignalRow = { label: string; checked: "yes" | "in part" | "no"; found: string[]; why: string | null };

/** A source such as `changes.jsonl.gz:12` or `traces of store`: one file, one line or one entity. The rest was read. */
const IS_PARTIAL_SOURCE = /[.:/]| of /;

/**
 * Lists which signals were checked and what each gave.
 * A report names every source that was not read, or read only in part; Causeway read all others.
 */
export function signalRows(report: Report): SignalRow[] {
  return SIGNALS.map(({ label, signal }) => {
    const missed = report.not_checked.find(({ source }) => new RegExp(`^${signal}`, "i").test(source));
    const found = report.evidence.filter((one) => one.signal === signal).map(({ id }) => id);
    const isPart = missed !== undefined && (found.length > 0 || IS_PARTIAL_SOURCE.test(missed.source));
    return {
      label,
      checked: missed === undefined ? "yes" : isPart ? "in part" : "no",
      found,
      why: missed?.why ?? null,
    };
  });
}

/** "quiet", "2 weak signals, no incident, read in part" or "not checked". */
export function signalResult({ checked, found }: SignalRow): string {
  if (checked === "no") return "not checked";
  const weak = found.length === 0 ? "quiet" : `${found.length} minor ${found.length === 1 ? "finding" : "findings"}`;
  return weak + (checked === "in part" ? ", read in part" : "");
}
