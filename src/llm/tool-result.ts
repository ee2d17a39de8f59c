import type { TimeWindow } from "../domain/time.ts";
import { quotedJson, quotedName, quotedText, quotedTime } from "./quoted-data.ts";

/** A value of a row. Text is foreign: it is quoted before a model sees it. */
export type RowValue = string | number | boolean | null | readonly RowValue[];
export type ToolRow = Readonly<Record<string, RowValue>>;

/**
 * The result of a tool, in one form for all of them. `key`: under which all rows are kept; null if all are shown.
 * `query`: what was read, in words. `rows`: how many there are. `gaps`: how the data is incomplete.
 */
export type ToolResult = {
  key: string | null;
  tool: string;
  query: string;
  range: TimeWindow | null;
  sources: readonly string[];
  rows: number;
  summary: ToolRow;
  data: readonly ToolRow[];
  gaps: readonly string[];
};

const LONGEST_TEXT = 300;
const MOST_GAPS = 5;
/** Characters of all rows together. Rows beyond it stay behind the key. */
const MAX_ROWS_CHARS = 6000;

const NO_NAMES: ReadonlySet<string> = new Set();

/** The rows that fit into one answer, from the first. */
export function headOf(rows: readonly ToolRow[], maxRows: number): ToolRow[] {
  let left = MAX_ROWS_CHARS;
  const head = rows.slice(0, maxRows);
  const cut = head.findIndex((row) => (left -= quotedJson(quotedRow(row, NO_NAMES)).length + 1) < 0);
  return cut === -1 ? head : head.slice(0, Math.max(1, cut));
}

/** Fields that hold names. They are shown as names or handles, which a model gives back in its calls. */
const NAME_FIELDS: ReadonlySet<string> = new Set([
  "entity",
  "entities",
  "peer",
  "caller",
  "callee",
  "metric",
  "name",
  "ranking",
]);

/** Writes a result as a model reads it: JSON in which every foreign text is a quoted name, value or text. */
export function resultText({ key, tool, query, range, sources, rows, summary, data, gaps }: ToolResult): string {
  const names = new Set([summary, ...data].flatMap(namesOf));
  return quotedJson({
    key,
    tool,
    query: quotedText(query, LONGEST_TEXT, names),
    range: range && { from: quotedTime(range.startMs), to: quotedTime(range.endMs) },
    sources: sources.map(quotedName),
    rows,
    shown: data.length,
    gaps: gaps.slice(0, MOST_GAPS).map((gap) => quotedText(gap, LONGEST_TEXT, names)),
    summary: quotedRow(summary, names),
    data: data.map((row) => quotedRow(row, names)),
  });
}

const textsIn = (value: RowValue): string[] =>
  typeof value === "string" ? [value] : Array.isArray(value) ? (value as readonly RowValue[]).flatMap(textsIn) : [];

const namesOf = (row: ToolRow): string[] =>
  Object.entries(row).flatMap(([field, value]) => (NAME_FIELDS.has(field) ? textsIn(value) : []));

const quotedRow = (row: ToolRow, names: ReadonlySet<string>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([field, value]) => [quotedName(field), quotedField(value, NAME_FIELDS.has(field), names)]),
  );

function quotedField(value: RowValue, isName: boolean, names: ReadonlySet<string>): unknown {
  if (typeof value === "string") return isName ? quotedName(value) : quotedText(value, LONGEST_TEXT, names);
  if (Array.isArray(value)) return (value as readonly RowValue[]).map((each) => quotedField(each, isName, names));
  return typeof value === "number" && Number.isFinite(value) ? Number(value.toPrecision(6)) : value;
}
