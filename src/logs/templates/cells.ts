import type { Segment } from "./segments.ts";
import { renderSegments, WILDCARD } from "./segments.ts";

/**
 * One place of a template. A `slot` holds what a program prints as one value, whatever is in it: a quoted text, a list
 * in brackets, what follows `key=`. `segments`: what it covers. `isChunk`: it is all that stands between two spaces.
 * `isName`: different words stand there.
 */
export type Cell = {
  kind: "word" | "delimiter" | "value" | "slot";
  text: string;
  gap: boolean;
  segments: Segment[];
  isChunk: boolean;
  isName: boolean;
};

export const CLOSER_OF: Readonly<Record<string, string>> = {
  "[": "]",
  "{": "}",
  "(": ")",
  "<": ">",
  '"': '"',
  "'": "'",
};
export const CLOSERS = new Set(Object.values(CLOSER_OF));
const ENDS_PAIR = new Set([",", ";", "|"]);
const QUOTES = new Set(['"', "'"]);
/** Methods of HTTP. `"GET /orders HTTP/1.1"` is not one value: the method says what was done. */
export const METHODS: ReadonlySet<string> = new Set("GET HEAD POST PUT PATCH DELETE".split(" "));
/** A longer group is a sentence or a dump, not a value. */
const MAX_GROUP = 64;
const MARKS = /[[\](){}"'<>,;\s]+/g;

/** Reads the places of a template. */
export function cellsOf(segments: readonly Segment[]): Cell[] {
  const cells: Cell[] = [];
  for (let at = 0; at < segments.length;) {
    const end = slotEnd(segments, at, cells.length);
    const segment = segments[at] as Segment;
    if (end === at) cells.push({ ...segment, segments: [segment], isChunk: false, isName: false });
    else cells.push(slot(segments.slice(at, end)));
    at = Math.max(end, at + 1);
  }
  return joinLists(cells);
}

/** A slot that holds a value and nothing else is that value. */
function slot(covered: Segment[]): Cell {
  const [first] = covered as [Segment];
  if (covered.length === 1)
    return {
      ...first,
      kind: first.kind === "value" ? "value" : "slot",
      segments: covered,
      isChunk: false,
      isName: false,
    };
  const text = renderSegments(covered.map((segment, i) => (i === 0 ? { ...segment, gap: false } : segment)));
  return {
    kind: holdsOnlyValues(text) ? "value" : "slot",
    text,
    gap: first.gap,
    segments: covered,
    isChunk: false,
    isName: false,
  };
}

export const holdsOnlyValues = (text: string): boolean => text.replaceAll(WILDCARD, "").replace(MARKS, "") === "";

/** @returns the end of the slot that starts at `at`; `at` if none does. */
function slotEnd(segments: readonly Segment[], at: number, done: number): number {
  if (isAssigned(segments, at) && !QUOTES.has((segments[at] as Segment).text)) return assignedEnd(segments, at);
  const previous = segments[at - 1];
  if (previous?.kind === "delimiter" && !(segments[at] as Segment).gap) {
    const close = CLOSER_OF[previous.text];
    if (close !== undefined) return groupContentEnd(segments, at, previous.text, close, done);
  }
  return namedGroupEnd(segments, at);
}

/** What stands directly after `=`. */
function isAssigned(segments: readonly Segment[], at: number): boolean {
  const equals = segments[at - 1];
  const key = segments[at - 2];
  return (
    equals?.text === "=" &&
    !equals.gap &&
    key !== undefined &&
    key.kind !== "delimiter" &&
    !(segments[at] as Segment).gap
  );
}

function assignedEnd(segments: readonly Segment[], from: number): number {
  let depth = 0;
  let quote: string | null = null;
  for (let at = from; at < segments.length && at - from < MAX_GROUP; at += 1) {
    const { kind, text, gap } = segments[at] as Segment;
    if (at > from && gap && depth === 0 && quote === null) return at;
    if (kind !== "delimiter") continue;
    if (quote !== null) {
      if (text === quote) quote = null;
    } else if (QUOTES.has(text)) {
      if (at > from && (segments[at - 1] as Segment).kind !== "delimiter") return at; // it closes one that opened before
      quote = text;
    } else if (CLOSERS.has(text)) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (CLOSER_OF[text] !== undefined) depth += 1;
    else if (depth === 0 && ENDS_PAIR.has(text)) return at;
  }
  return depth === 0 && quote === null ? segments.length : from;
}

/** The content of a group that is a value: a quoted text, or a list whose items have no spaces. */
function groupContentEnd(
  segments: readonly Segment[],
  from: number,
  open: string,
  close: string,
  done: number,
): number {
  const isQuote = open === close;
  const opener = segments[from - 1] as Segment;
  const before = segments[from - 2];
  if (isQuote && done === 1) return from; // what is quoted at the start is the statement itself
  if (isQuote && before !== undefined && !opener.gap && before.kind !== "delimiter") return from; // an apostrophe
  if (isQuote && METHODS.has((segments[from] as Segment).text) && segments[from + 1]?.gap) return from; // a request
  if (open === "(" && opener.gap) return from;
  let depth = 0;
  let quote: string | null = null; // an item may be quoted, and then has spaces
  for (let at = from; at < segments.length && at - from < MAX_GROUP; at += 1) {
    const { kind, text, gap } = segments[at] as Segment;
    if (!isQuote && kind === "delimiter" && (text === '"' || text === "'"))
      quote = quote === null ? text : quote === text ? null : quote;
    if (quote !== null && kind !== "delimiter") continue;
    if (kind === "delimiter" && text === close && depth === 0) {
      const next = segments[at + 1];
      if (isQuote && next !== undefined && !next.gap && next.kind !== "delimiter") return from;
      if (close === '"' && next?.text === ":" && !next.gap && segments[at + 2]?.gap === false) return from; // JSON key
      return at > from ? at : from;
    }
    if (isQuote) continue;
    if (kind === "delimiter" && text === open) depth += 1;
    else if (kind === "delimiter" && text === close) depth -= 1;
    const previous = segments[at - 1] as Segment;
    if (at > from && gap && depth === 0 && previous.text !== ",") return from; // words, not items
  }
  return from;
}

/** `WorkSource{10113}`, `LOCAL(0)`, `Set(a, b)`, `mx.example.org[10.0.0.1]`: a name and its content. */
function namedGroupEnd(segments: readonly Segment[], at: number): number {
  if ((segments[at] as Segment).kind === "delimiter") return at;
  let end = at + 1;
  while (end < segments.length) {
    const opener = segments[end] as Segment;
    const close = CLOSER_OF[opener.text];
    if (opener.kind !== "delimiter" || opener.gap || close === undefined || close === opener.text) break;
    const inside = segments[end + 1];
    if (inside === undefined || (inside.text === "s" && segments[end + 2]?.text === close)) break; // "node(s)"
    const contentEnd = inside.text === close ? end + 1 : groupContentEnd(segments, end + 1, opener.text, close, 0);
    if (contentEnd === end + 1 && inside.text !== close) break;
    end = contentEnd + 1;
  }
  const last = segments[end];
  return end === at + 1 || (last !== undefined && !last.gap && last.kind !== "delimiter") ? at : end;
}

/** A list of values, of any length, is one value: in brackets of its own, or at the end of a line. */
function joinLists(cells: Cell[]): Cell[] {
  const out: Cell[] = [];
  for (let at = 0; at < cells.length;) {
    const end = listEnd(cells, at);
    const first = cells[at] as Cell;
    if (end === at + 1) out.push(first);
    else {
      const segments = cells.slice(at, end).flatMap((cell) => cell.segments);
      out.push({ ...first, text: WILDCARD, segments });
    }
    at = end;
  }
  return out;
}

function listEnd(cells: readonly Cell[], at: number): number {
  if ((cells[at] as Cell).kind !== "value") return at + 1;
  let end = at + 1;
  while (cells[end]?.text === "," && cells[end + 1]?.kind === "value" && cells[end]?.gap === false) end += 2;
  const [before, after] = [cells[at - 1], cells[end]];
  if (end === at + 1 || after === undefined) return end;
  const close = before?.kind === "delimiter" ? CLOSER_OF[before.text] : undefined;
  return close !== undefined && after.text === close ? end : at + 1;
}

/** The shape of a template: its delimiters, in their places. Words, values and slots count alike. */
export const shapeOf = (cells: readonly Cell[]): string =>
  cells.map(({ kind, text }) => (kind === "delimiter" ? text.slice(0, 1) : "\u0001")).join("");
