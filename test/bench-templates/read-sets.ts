import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LabelledSet } from "./mine-sets.ts";

/**
 * Reads labelled sets: a folder each with `content.log` (messages without headers) and `truth.csv` (columns EventId and
 * EventTemplateCorrected or EventTemplate, a row for each line).
 */
export function readSets(dir: string): LabelledSet[] {
  return readdirSync(dir)
    .filter((name) => existsSync(join(dir, name, "truth.csv")))
    .sort()
    .map((name) => readSet(dir, name));
}

function readSet(dir: string, name: string): LabelledSet {
  const [head = [], ...rows] = readCsv(readFileSync(join(dir, name, "truth.csv"), "utf8"));
  const truthAt = head.indexOf("EventId");
  const templateAt = Math.max(head.indexOf("EventTemplateCorrected"), head.indexOf("EventTemplate"));
  const texts = readFileSync(join(dir, name, "content.log"), "utf8")
    .replace(/\n$/, "")
    .split("\n");
  if (texts.length !== rows.length) throw new RangeError(`${name}: ${texts.length} lines, but ${rows.length} labels`);
  return {
    name,
    lines: texts.map((text, i) => ({
      text: text.replace(/\r$/, ""),
      truth: rows[i]?.[truthAt] ?? "",
      template: rows[i]?.[templateAt] ?? "",
    })),
  };
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g;

/** Rows of a CSV file. A quoted field may hold commas, newlines, and quotes written twice. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [whole, quoted, plain, end] of text.matchAll(FIELD)) {
    if (whole === "" && row.length === 0) break;
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
