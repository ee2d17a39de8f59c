import { codeTokens, isComparison, isNumber, isText } from "./tokens.ts";

/**
 * `lowered`, `raised`: a number or duration under the same name; `far`: by more than fine tuning would. `flipped`: a
 * boolean. `condition`: a comparison. `text`: a quoted string.
 */
export type ValueChange = "lowered" | "lowered far" | "raised" | "raised far" | "flipped" | "condition" | "text";

/** Fine tuning changes a limit by less than these factors. */
const FAR_DOWN = 2;
const FAR_UP = 5;

/** Two lines are versions of one line if they share at least this much of their names. */
const MIN_ALIKE = 0.5;
/** Upper limit of lines compared, because each removed line is compared with each added line. */
const MAX_COMPARED = 200;
const DURATION_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  nanosecond: 1e-6,
  us: 1e-3,
  microsecond: 1e-3,
  ms: 1,
  millis: 1,
  millisecond: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  k: 1e3,
  kb: 1e3,
  ki: 1024,
  kib: 1024,
  mb: 1e6,
  mi: 1024 ** 2,
  mib: 1024 ** 2,
  g: 1e9,
  gb: 1e9,
  gi: 1024 ** 3,
  gib: 1024 ** 3,
};
const QUANTITY = /(?<![\w.#-])-?\d[\d_]*(?:\.\d+)?(?:\s*\*?\s*(?:time\.|Duration\.of|TimeUnit\.)?([A-Za-z]+))?/g;

/**
 * Finds changed values between removed and added lines that are versions of each other. `unmatched`: removed lines
 * without a new version.
 */
export function valueChanges(
  removed: readonly string[],
  added: readonly string[],
): { values: ReadonlySet<ValueChange>; unmatched: string[] } {
  const free = new Set(added.slice(0, MAX_COMPARED));
  const unmatched: string[] = [];
  const found = removed.slice(0, MAX_COMPARED).flatMap((before) => {
    const after = [...free]
      .map((line) => ({ line, alike: alikeness(before, line) }))
      .toSorted((a, b) => b.alike - a.alike)[0];
    if (!after || after.alike < MIN_ALIKE) {
      unmatched.push(before);
      return [];
    }
    free.delete(after.line);
    return changesBetween(before, after.line);
  });
  const after = settings(added);
  for (const [name, was] of settings(removed)) {
    const is = after.get(name);
    if (is !== undefined && is !== was) found.push(step(was, is));
  }
  return { values: new Set(found), unmatched };
}

/** Zero and negative values often mean "none" or "no limit": they count as far from any other number. */
function step(was: number, is: number): ValueChange {
  const factor = was > 0 && is > 0 ? Math.max(was / is, is / was) : Number.POSITIVE_INFINITY;
  if (is < was) return factor >= FAR_DOWN ? "lowered far" : "lowered";
  return factor >= FAR_UP ? "raised far" : "raised";
}

/** Finds names that are assigned a number (`maxConns: 50`, `max_conns = 50`), anywhere in a line. */
const settings = (lines: readonly string[]): Map<string, number> =>
  new Map(
    lines.flatMap((line) =>
      [...line.matchAll(/([A-Za-z_][\w.-]*)["']?\s*(?::=|[:=])\s*(-?\d[^,;}]*)/g)].flatMap(
        ([, name, value]): [string, number][] => {
          const [quantity] = quantities(value ?? "");
          return name === undefined || quantity === undefined ? [] : [[name, quantity]];
        },
      ),
    ),
  );

function changesBetween(before: string, after: string): ValueChange[] {
  const found: ValueChange[] = [];
  const [was, is] = [quantities(before), quantities(after)];
  if (was.length === is.length) {
    for (const [index, value] of was.entries()) {
      const now = is[index] ?? value;
      if (now !== value) found.push(step(value, now));
    }
  }
  const differ = (pick: (token: string) => boolean): boolean => {
    const [a, b] = [codeTokens(before).filter(pick), codeTokens(after).filter(pick)];
    return a.length === b.length && a.length > 0 && a.join("\n") !== b.join("\n");
  };
  if (differ(isTruthValue)) found.push("flipped");
  if (differ(isComparison)) found.push("condition");
  if (differ((token) => isText(token) && !/v?\d+\.\d+/.test(token))) found.push("text");
  return found;
}

const isTruthValue = (token: string): boolean => /^(?:true|false|on|off|yes|no|enabled|disabled)$/i.test(token);

/** Share of common names (Jaccard); numbers, strings and units do not count. */
function alikeness(a: string, b: string): number {
  const [x, y] = [namesIn(a), namesIn(b)];
  const both = [...x].filter((name) => y.has(name)).length;
  const all = x.size + y.size - both;
  return all === 0 ? 0 : both / all;
}

const namesIn = (line: string): Set<string> =>
  new Set(
    codeTokens(line.replace(QUANTITY, " ")).filter(
      (token) => !isNumber(token) && !isText(token) && !isComparison(token) && !isTruthValue(token),
    ),
  );

const QUOTED_QUANTITY = /^\d+(?:\.\d+)?\s?[A-Za-z]{0,3}$/;

/**
 * Reads the numbers of a line, with durations and sizes each in one unit. Quoted text counts only if all of it is a
 * quantity.
 */
const quantities = (line: string): number[] =>
  [
    ...line
      .replace(/"([^"]*)"|'([^']*)'/g, (_, double: string | undefined, single: string | undefined) =>
        QUOTED_QUANTITY.test(double ?? single ?? "") ? (double ?? single ?? "") : "",
      )
      .matchAll(QUANTITY),
  ].map(([text, unit]) => {
    const value = Number.parseFloat(text.replaceAll("_", ""));
    return value * (DURATION_MS[unit?.toLowerCase().replace(/(?<=\w{3})s$/, "") ?? ""] ?? 1);
  });
