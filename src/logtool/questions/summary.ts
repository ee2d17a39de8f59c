import { times } from "../../domain/phrasing.ts";
import { isoTime, utcTime } from "../../domain/time.ts";
import { g2OfCounts } from "../../stats/g2.ts";
import type { MinedLog } from "./log-index.ts";
import { SEVERITY_WEIGHT, type LogSeverity } from "../../logs/lines/severity.ts";

const DEFAULT_MAX_CHARS = 10_000;
const MAX_TEMPLATE_CHARS = 300;
const MAX_EXEMPLAR_CHARS = 200;
/** Without a baseline, this first part of the log's own time is the baseline. */
const OWN_BASELINE_SHARE = 0.5;

/** One template of a summary, with its actual and its expected count. */
export type SummaryRow = {
  template: string;
  severity: LogSeverity;
  count: number;
  expected: number;
  strength: number;
  firstSeen: string | null;
  lastSeen: string | null;
  exemplar: string;
  reference: string;
};
export type LogSummary = { lines: number; templates: number; rows: SummaryRow[]; text: string };

/**
 * Summarises a log, worst first: by severity, and within it by how far a template exceeds its usual rate. A log of
 * 300,000 lines fits into `maxChars`.
 *
 * @param baseline lines of a quiet time, mined separately; null to use the first half of the log's own time.
 */
export function summarise(log: MinedLog, baseline: MinedLog | null, maxChars = DEFAULT_MAX_CHARS): LogSummary {
  const after = log.templates.map(() => 0);
  const before = log.templates.map(() => 0);
  const firstMs = log.templates.map(() => Infinity);
  const lastMs = log.templates.map(() => -Infinity);
  const middle = middleOf(log);
  for (let row = 0; row < log.rows.ms.length; row += 1) {
    const template = log.rows.template[row] as number;
    const ms = log.rows.ms[row] as number;
    const isBefore =
      baseline === null && (Number.isNaN(middle) ? row < log.rows.ms.length * OWN_BASELINE_SHARE : ms < middle);
    const counts = isBefore ? before : after;
    counts[template] = (counts[template] as number) + 1;
    if (ms < (firstMs[template] as number)) firstMs[template] = ms;
    if (ms > (lastMs[template] as number)) lastMs[template] = ms;
  }
  if (baseline !== null) addBaseline(log, baseline, before);
  const beforeTotal = Math.max(
    1,
    before.reduce((sum, k) => sum + k, 0),
  );
  const afterTotal = Math.max(
    1,
    after.reduce((sum, k) => sum + k, 0),
  );
  const rows = log.templates.flatMap((template, i): SummaryRow[] => {
    const seen = after[i] as number;
    const count = seen + (baseline === null ? (before[i] as number) : 0);
    if (count === 0) return [];
    const expected = ((before[i] as number) * afterTotal) / beforeTotal;
    const rise = seen > expected ? Math.sqrt(g2OfCounts(before[i] as number, beforeTotal, seen, afterTotal)) : 0;
    return [
      {
        template: template.text,
        severity: template.severity,
        count,
        expected: Math.round(expected * 10) / 10,
        strength:
          (rise + Math.log1p(count) * (template.severity === "info" ? 0 : 0.5)) * SEVERITY_WEIGHT[template.severity],
        firstSeen: iso(firstMs[i] as number),
        lastSeen: iso(lastMs[i] as number),
        exemplar: template.exemplar,
        reference: template.reference,
      },
    ];
  });
  rows.sort(
    (a, b) =>
      SEVERITY_WEIGHT[b.severity] - SEVERITY_WEIGHT[a.severity] ||
      b.strength - a.strength ||
      b.count - a.count ||
      (a.template < b.template ? -1 : 1),
  );
  const summary = { lines: log.rows.ms.length + log.dropped + log.folded, templates: rows.length };
  return { ...summary, ...fit(summary, rows, maxChars) };
}

const iso = (ms: number): string | null => (Number.isFinite(ms) ? isoTime(ms) : null);

function middleOf({ rows }: MinedLog): number {
  let first = Infinity;
  let last = -Infinity;
  for (const ms of rows.ms) {
    if (ms < first) first = ms;
    if (ms > last) last = ms;
  }
  return last > first ? first + (last - first) * OWN_BASELINE_SHARE : NaN;
}

function addBaseline(log: MinedLog, baseline: MinedLog, before: number[]): void {
  const indexOf = new Map(log.templates.map(({ text }, i) => [text, i]));
  for (const template of baseline.rows.template) {
    const index = indexOf.get(baseline.templates[template]?.text ?? "");
    if (index !== undefined) before[index] = (before[index] as number) + 1;
  }
}

const cut = (text: string, chars: number): string => (text.length <= chars ? text : `${text.slice(0, chars - 1)}…`);

/** An ISO time as all texts write it: "2026-11-23 08:41:10 UTC". */
const spoken = (iso: string | null): string => (iso === null ? "an unknown time" : utcTime(Date.parse(iso)));

/** Returns as many rows as fit. */
function fit(
  { lines, templates }: { lines: number; templates: number },
  rows: readonly SummaryRow[],
  maxChars: number,
): { rows: SummaryRow[]; text: string } {
  let text = `${lines} lines, ${templates} templates\n`;
  const kept: SummaryRow[] = [];
  for (const row of rows) {
    const span = row.firstSeen === null ? "" : ` from ${spoken(row.firstSeen)} to ${spoken(row.lastSeen)}`;
    const entry = [
      `\n[${row.severity}] ${times(row.count)} (${row.expected} expected)${span}`,
      `  ${cut(row.template, MAX_TEMPLATE_CHARS)}`,
      `  ${row.reference}: ${cut(row.exemplar, MAX_EXEMPLAR_CHARS)}\n`,
    ].join("\n");
    if (text.length + entry.length > maxChars - 40) break;
    text += entry;
    kept.push(row);
  }
  return {
    rows: kept,
    text: kept.length < rows.length ? `${text}\n(${rows.length - kept.length} more templates)\n` : text,
  };
}
