import type { ReportEvidence } from "../domain/report.ts";
import { neutral } from "./neutral.ts";

const MAX_NUMBERS = 4;

/** A finding's summary, with its entity where the summary does not name it. */
export const summaryOf = ({ entity, summary }: ReportEvidence): string =>
  summary.includes(entity) ? summary : `${entity}: ${summary}`;

/**
 * " (p95 812 ms, delay 5 s)" for a finding whose summary has no number; else nothing. An alert's counts say nothing.
 */
export function numbersOf({ facts, signal, summary }: ReportEvidence): string {
  if (signal === "alert" || /\d/.test(summary)) return "";
  const numbers = Object.entries(facts)
    .filter(([, value]) => typeof value === "number")
    .slice(0, MAX_NUMBERS)
    .map(([name, value]) => numberLabel(neutral(name, 40), String(value)));
  return numbers.length === 0 ? "" : ` (${numbers.join(", ")})`;
}

/** The unit moves from the end of the name to the number: "period_s", "10" → "period 10 s". */
function numberLabel(name: string, value: string): string {
  const [, words = name, unit = ""] =
    /^(.+?)(?:_(ms|s)|(?<=[a-z0-9])(Ms))$/.exec(name)?.filter((part) => part !== undefined) ?? [];
  return `${words.replaceAll("_", " ")} ${value}${unit === "" ? "" : ` ${unit.toLowerCase()}`}`;
}

/** The causes inside a stack trace, and the last line of a Python traceback: `psycopg2.errors.DiskFull: …`. */
const INNER =
  /^\s*(?:Caused by: |---> |[A-Za-z_][\w.]*(?:Error|Exception)\b|[A-Za-z_]\w*(?:(?:\.|::|\\)\w+)*(?:\.|::|\\)[A-Z]\w*: \S)/;

/** The most informative line of a raw record: the innermost cause of its stack trace, else its first line. */
export function clearestLine(record: string): string {
  const lines = record.split(/\r?\n/).filter((line) => line.trim() !== "");
  return (lines.slice(1).findLast((line) => INNER.test(line)) ?? lines[0] ?? record).trim();
}
