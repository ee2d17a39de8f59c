import { replaceMarks } from "../lines/line-masker.ts";
import { LineFolder } from "./line-folder.ts";
import { renderSegments, type Segment, WILDCARD } from "./segments.ts";
import { ABSORBED, DELIM, FIRST_VALUE, WORD } from "./token-kinds.ts";

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
 * @param samples lines of the template, one character for each byte (latin1). Masked lines contain their marks.
 * @returns one parameter for each value in `segments`, and the template with types in place of wildcards.
 */
export function readParameters(
  segments: readonly Segment[],
  samples: readonly string[],
  maskNames: readonly string[] = [],
): { parameters: Parameter[]; typedText: string } {
  const seen = segments.map(() => new Set<string>());
  const folder = new LineFolder();
  for (const sample of samples) {
    const raw = rawPieces(folder, Buffer.from(sample, "latin1"));
    if (raw.length !== segments.length) continue;
    for (const [i, text] of raw.entries()) (seen[i] as Set<string>).add(text);
  }
  const parameters: Parameter[] = [];
  const typed = segments.map((segment, i): Segment => {
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

/** The raw text of every piece, in the order of `readSegments`. */
function rawPieces(folder: LineFolder, line: Buffer): string[] {
  folder.fold(line, 0, line.length);
  const { starts, ends, kinds, count } = folder.scanner;
  const out: string[] = [];
  let openAt = -1; // start of the current run of values
  for (let i = 0; i < count; i += 1) {
    const kind = kinds[i] as number;
    if (kind === WORD || kind === DELIM) {
      out.push(line.toString("utf8", starts[i], ends[i]));
      openAt = -1;
    } else if (openAt !== -1) out[out.length - 1] = line.toString("utf8", openAt, ends[i]);
    else if (kind >= FIRST_VALUE || kind === ABSORBED) {
      openAt = starts[i] as number;
      out.push(line.toString("utf8", openAt, ends[i]));
    }
  }
  return out;
}
