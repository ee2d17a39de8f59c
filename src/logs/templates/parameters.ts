import { replaceMarks } from "../lines/line-masker.ts";
import { LineFolder } from "./line-folder.ts";
import { type Cell, cellsOf } from "./cells.ts";
import { chunksOf } from "./chunks.ts";
import { readSegments, renderSegments, type Segment, WILDCARD } from "./segments.ts";
import type { MinedTemplate } from "./template-miner.ts";
import { DELIM, FIRST_VALUE, WORD } from "./token-kinds.ts";

/** Example values shown for each parameter. */
const MAX_EXAMPLES = 5;
const MAX_EXAMPLE_CHARS = 60;
/** Placeholder for a mask's name. No log text contains it. */
const NAME_PLACE = "\u0001";

const TYPES: readonly (readonly [type: string, pattern: RegExp])[] = [
  ["NUM", /^[-+]?\d+(?:\.\d+)?$/],
  ["IP", /^\/?(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?$/],
  ["UUID", /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i],
  ["MAC", /^(?:[0-9a-f]{2}:){5,}[0-9a-f]{2}$/i],
  ["TIME", /^(?:\d{4}[-/.]\d\d[-/.]\d\d.*|(?:\w{3} )?\w{3} +\d+ [\d: ]+.*|\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?)$/],
  ["DURATION", /^[\d.]+ ?(?:ns|us|ms|s|secs?|seconds?|mins?|minutes?|hours?|days?)$/i],
  ["SIZE", /^[\d.]+ ?(?:bytes?|[KMGT]i?B)(?: \(.*\))?$/i],
  ["BOOL", /^(?:true|false|null|nil|none|nan)$/i],
  ["URL", /^[a-z][a-z0-9+.-]*:\/\/\S+$/i],
  ["PATH", /^(?:[a-z]:\\|\\\\|\.{0,2}\/|~\/)\S*$/i],
  ["EMAIL", /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i],
  ["HOST", /^(?:[\w-]+\.)+[a-z][\w-]*(?::\d{1,5})?$/i],
  ["HEX", /^(?:0x)?(?=.*\d)[0-9a-f]+$/i],
  ["WORD", /^\p{L}+$/u],
];

/**
 * A place in a template where lines differ: its type, and a few values from sample lines. `least`, `most`: the range of
 * numbers, else null.
 */
export type Parameter = { type: string; examples: string[]; least: number | null; most: number | null };

/** @returns e.g. `IP`; `STR` for anything else. */
const typeOf = (value: string): string =>
  value === "" ? "EMPTY" : (TYPES.find(([, pattern]) => pattern.test(value))?.[0] ?? "STR");

/**
 * Reads the parameters of a template from sample lines.
 *
 * @param template its `samples` have one character for each byte (latin1). Masked lines contain their marks.
 * @returns one parameter for each value in `cells`, and the template with types in place of wildcards.
 */
export function readParameters(
  { cells, isChunked, samples }: Pick<MinedTemplate, "cells" | "isChunked" | "samples">,
  maskNames: readonly string[] = [],
): { parameters: Parameter[]; typedText: string } {
  const places = cells.flatMap(placesOf);
  const seen = places.map(() => new Set<string>());
  const folder = new LineFolder();
  for (const sample of samples) {
    const line = Buffer.from(sample, "latin1");
    const raw = rawPlaces(cells, isChunked, line, folder);
    if (raw !== null) for (const [i, text] of raw.entries()) (seen[i] as Set<string>).add(text);
  }
  const parameters: Parameter[] = [];
  const typed = places.map((segment, i): Place => {
    if (segment.kind !== "value") return segment;
    const pieces = [...(seen[i] as Set<string>)];
    const masked = maskedText(pieces, maskNames);
    const parameter = parameterOf(pieces, masked);
    parameters.push(parameter);
    return segment.text === WILDCARD
      ? { ...segment, text: `<${parameter.type}>` }
      : { ...segment, text: masked ?? segment.text };
  });
  return { parameters, typedText: renderSegments(typed) };
}

/**
 * How pieces with the user's masks are shown: `<NAME>`, `ord-<NAME>`.
 * @returns null if they have no mask, or if they differ.
 */
function maskedText(pieces: readonly string[], names: readonly string[]): string | null {
  const read = new Set<string>();
  for (const piece of pieces) {
    const withNames: string[] = [];
    const bare = replaceMarks(piece, (mask) => {
      withNames.push(`<${names[mask] ?? "STR"}>`);
      return NAME_PLACE;
    });
    if (piece !== "" && withNames.length === 0) return null;
    read.add(bare.replace(/\d+/g, WILDCARD).replaceAll(NAME_PLACE, () => withNames.shift() ?? ""));
  }
  read.delete("");
  return read.size === 1 ? ([...read][0] as string) : null;
}

const onlyName = (masked: string | null): string | null => /^<(\w+)>$/.exec(masked ?? "")?.[1] ?? null;

/** @param masked the common form of the values if masks marked them all alike, else null. */
function parameterOf(pieces: readonly string[], masked: string | null): Parameter {
  const filled = pieces.filter((piece) => piece !== "").map((piece) => replaceMarks(piece, (_mask, value) => value));
  const name = onlyName(masked);
  if (name !== null) return { type: name, examples: examplesOf(filled), least: null, most: null };
  const types = new Set(filled.map(typeOf));
  const numbers = filled.map(Number).filter((value) => Number.isFinite(value));
  return {
    type:
      types.size === 1
        ? ([...types][0] as string)
        : types.size === 0
          ? "STR"
          : types.has("IP") || types.has("HOST")
            ? types.size === 2 && types.has("IP") && types.has("HOST")
              ? "HOST"
              : "STR"
            : "STR",
    examples: examplesOf(filled),
    least: numbers.length === filled.length && numbers.length > 0 ? Math.min(...numbers) : null,
    most: numbers.length === filled.length && numbers.length > 0 ? Math.max(...numbers) : null,
  };
}

const examplesOf = (values: readonly string[]): string[] =>
  values.slice(0, MAX_EXAMPLES).map((value) => value.slice(0, MAX_EXAMPLE_CHARS));

type Place = Pick<Segment, "kind" | "text" | "gap">;

/** A slot that differs is one place. Otherwise each of its segments is one. */
const placesOf = ({ kind, text, gap, segments }: Cell): Place[] => (kind === "slot" ? segments : [{ kind, text, gap }]);

/** The raw text of every place, from one line. @returns null for a line that is built differently. */
function rawPlaces(cells: readonly Cell[], isChunked: boolean, line: Buffer, folder: LineFolder): string[] | null {
  folder.fold(line, 0, line.length);
  const ranges = segmentRanges(folder);
  const words = cellsOf(readSegments(folder.scanner, (start, end) => line.toString("utf8", start, end)));
  const own = isChunked ? chunksOf(words) : words;
  if (own.length !== cells.length) return null;
  const out: string[] = [];
  let at = 0;
  for (const [i, { kind, segments }] of own.entries()) {
    const covered = ranges.slice(at, (at += segments.length));
    const cell = cells[i] as Cell;
    if (cell.kind !== "slot") out.push(line.toString("utf8", covered[0]?.[0], covered.at(-1)?.[1]));
    else if (kind === "slot" && covered.length === cell.segments.length)
      out.push(...covered.map(([start, end]) => line.toString("utf8", start, end)));
    else return null;
  }
  return out;
}

/** Where every segment stands in the line, in the order of `readSegments`. */
function segmentRanges({ scanner }: LineFolder): [start: number, end: number][] {
  const { starts, ends, kinds, count } = scanner;
  const out: [number, number][] = [];
  let isOpen = false; // in a run of values
  for (let i = 0; i < count; i += 1) {
    const kind = kinds[i] as number;
    const [start, end] = [starts[i] as number, ends[i] as number];
    if (kind === WORD || kind === DELIM) {
      out.push([start, end]);
      isOpen = false;
    } else if (isOpen) (out[out.length - 1] as [number, number])[1] = end;
    else if (kind >= FIRST_VALUE) {
      isOpen = true;
      out.push([start, end]);
    }
  }
  return out;
}
