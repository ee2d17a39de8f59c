import { MAX_RUN } from "./line-folder.ts";
import { ABSORBED, DELIM, EMPTY, FIRST_VALUE, MIXED, WORD } from "./token-kinds.ts";
import { type TokenScanner } from "./token-scanner.ts";

/** Stands in a template where lines differ. */
export const WILDCARD = "<*>";

/**
 * A segment of a template. A value segment covers a whole run of values with everything that belongs to them (units,
 * dates, ports), and keeps their form: `<*> bytes`, `id_<*>`. `gap`: a space comes before it.
 */
export type Segment = { kind: "word" | "delimiter" | "value"; text: string; gap: boolean };

const DIGIT_RUNS = /0x[0-9a-f]+|\d+(?:\.\d+)*/gi;
const isLetter = /^\p{L}/u;

/** Reads the line that `scanner` scanned last. */
export function readSegments(scanner: TokenScanner, decode: (start: number, end: number) => string): Segment[] {
  const { starts, ends, kinds, count } = scanner;
  const segments: Segment[] = [];
  let lastEnd = -1;
  let open: Segment | null = null; // the value segment that the next value would join
  let run = 0; // number of values in it
  for (let i = 0; i < count; i += 1) {
    const kind = kinds[i] as number;
    const start = starts[i] as number;
    const end = ends[i] as number;
    const gap = lastEnd !== -1 && start > lastEnd;
    lastEnd = Math.max(lastEnd, end);
    if (kind === WORD || kind === DELIM) {
      segments.push({ kind: kind === WORD ? "word" : "delimiter", text: decode(start, end), gap });
      open = null;
      continue;
    }
    const text =
      kind === EMPTY
        ? ""
        : kind === ABSORBED
          ? decode(start, end).replace(DIGIT_RUNS, WILDCARD)
          : shown(kind, decode(start, end));
    run = open === null ? 0 : run + 1;
    if (open !== null)
      open.text =
        text === null || run > MAX_RUN || open.text === WILDCARD_DATE
          ? WILDCARD_DATE
          : open.text + (gap && text !== "" ? " " : "") + text;
    else if (kind >= FIRST_VALUE) segments.push((open = { kind: "value", text: text ?? WILDCARD_DATE, gap }));
  }
  for (const segment of segments) if (segment.text === WILDCARD_DATE) segment.text = WILDCARD;
  return segments;
}

/** Marks a run that contains a date, or more values than `MAX_RUN`. It is shown as one wildcard. */
const WILDCARD_DATE = "\u0000date";

/** @returns null for a word of a date. */
function shown(kind: number, text: string): string | null {
  if (kind !== MIXED) return kind === FIRST_VALUE && isLetter.test(text) && !/\d/.test(text) ? null : WILDCARD;
  return text.replace(DIGIT_RUNS, WILDCARD);
}

/** The text of a template from its segments or cells. */
export const renderSegments = (segments: readonly Pick<Segment, "text" | "gap">[]): string =>
  segments.map(({ text, gap }, i) => (gap && i > 0 && text !== "" ? ` ${text}` : text)).join("");

/**
 * Adds another line's values to `into`, which has the same words and delimiters. Values that differ become a wildcard.
 */
export function blendSegments(into: readonly Segment[], other: readonly Segment[]): void {
  for (const [i, segment] of into.entries()) {
    const counterpart = other[i];
    if (counterpart === undefined) return;
    segment.gap ||= counterpart.gap;
    if (segment.kind === "value") segment.text = blendText(segment.text, counterpart.text);
  }
}

/** Adds the segments of another cluster of the same statement to `into`. Words that differ become values. */
export function mergeSegments(into: readonly Segment[], other: readonly Segment[]): void {
  for (const [i, segment] of into.entries()) {
    const counterpart = other[i];
    if (counterpart === undefined) return;
    segment.gap ||= counterpart.gap;
    if (segment.kind === "delimiter") continue;
    if (segment.text !== counterpart.text || counterpart.kind === "value") segment.kind = "value";
    segment.text = blendText(segment.text, counterpart.text);
  }
}

/** What two texts of one place have in common. Values of two runs of the same length are compared one by one. */
export function blendText(a: string, b: string): string {
  if (a === b) return a;
  const [left, right] = [a.split(" "), b.split(" ")];
  if (left.length !== right.length) return WILDCARD;
  return left.map((part, i) => (part === right[i] ? part : WILDCARD)).join(" ");
}
