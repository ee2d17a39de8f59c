import { z } from "zod";
import type { EvidenceBasis } from "../domain/finding.ts";
import { logCandidate, recordFilter } from "../domain/query-match.ts";
import { type TelemetryQuery, WILDCARD } from "../domain/query.ts";
import type { LogStream } from "../domain/telemetry.ts";
import { contains, nanosToMs } from "../domain/time.ts";
import { type EvidenceSample, NO_BASIS, withPoint } from "./basis.ts";
import { countLines, type LineBlock, lineBlocks } from "./line-blocks.ts";

/** The log lines that a query selects: their number, the first and last time, and the first lines. */
export type LineMatch = { basis: EvidenceBasis; samples: EvidenceSample[] };
export type MatchOptions = { signal?: AbortSignal | undefined; maxSamples: number };

const Text = z.string().catch("");
const Line = z.looseObject({
  timeUnixNano: z.coerce.bigint().nullable().catch(null),
  service: Text,
  pod: Text,
  body: Text,
  traceId: Text,
});

/** One query, compiled for testing lines. `token`: text that every selected line contains; null if there is none. */
type Search = {
  query: TelemetryQuery;
  isSelected: ReturnType<typeof recordFilter>;
  tokens: (string | null)[];
  match: LineMatch;
};

/**
 * Reads the streams once, and finds the lines that each query selects. Raw lines are tested as they are; their times
 * are unknown, so they match every range. A line is parsed only if it contains a word of a pattern.
 */
export async function matchLines(
  streams: readonly LogStream[],
  queries: readonly TelemetryQuery[],
  { signal, maxSamples }: MatchOptions,
): Promise<LineMatch[]> {
  const searches = queries.map((query): Search => ({
    query,
    isSelected: recordFilter({ ...query, names: [] }),
    tokens: query.patterns.length === 0 ? [null] : query.patterns.map(longestWord),
    match: { basis: NO_BASIS, samples: [] },
  }));
  for (const stream of streams) {
    const named = searches.filter(({ query: { names } }) => names.length === 0 || names.includes(stream.origin));
    if (named.length === 0) continue;
    for await (const block of lineBlocks(stream.chunks)) {
      signal?.throwIfAborted();
      const readAt = lineReader(block, stream);
      for (const search of named) searchBlock(block, readAt, search, { origin: stream.origin, maxSamples });
    }
  }
  return searches.map(({ match }) => match);
}

/**
 * Runs of characters that every JSON encoder writes as they are. JSON may escape quotes, slashes and everything beyond
 * ASCII. Encoders that make JSON safe for HTML, such as Go's, also escape `&`, `'`, `+`, `<`, `>` and a backtick.
 */
const PLAIN_WORDS = /[\w!#$%()*,.:;=?@[\]^{|}~-]+/g;

/** The longest such word of a pattern; null where there is none. */
function longestWord(pattern: string): string | null {
  const words = pattern.split(WILDCARD).flatMap((piece) => piece.match(PLAIN_WORDS) ?? []);
  const longest = words.reduce((a, b) => (b.length > a.length ? b : a), "");
  return longest === "" ? null : longest;
}

/** Reads lines of a block by where they start and end. Searches share lines, so each line is parsed once. */
function lineReader({ bytes }: LineBlock, stream: LogStream): (start: number, end: number) => Found | null {
  const read = new Map<number, Found | null>();
  return (start, end) => {
    const known = read.get(start);
    if (known !== undefined) return known;
    const line = bytes.toString("utf8", start, end).replace(/\r$/, "");
    const found = line === "" ? null : readLine(line, stream);
    read.set(start, found);
    return found;
  };
}

function searchBlock(
  block: LineBlock,
  readAt: ReturnType<typeof lineReader>,
  search: Search,
  { origin, maxSamples }: { origin: string; maxSamples: number },
): void {
  for (const [start, end] of linesHolding(block.bytes, search.tokens)) {
    const found = readAt(start, end);
    if (found === null || (found.timeMs !== null && !contains(search.query.range, found.timeMs))) continue;
    if (search.isSelected !== null && !search.isSelected(logCandidate(found, origin))) continue;
    const { match } = search;
    match.basis = withPoint(match.basis, { timeMs: found.timeMs, value: null });
    if (match.samples.length < maxSamples) {
      const where = `${origin}:${block.firstLine + countLines(block.bytes, start)}`;
      match.samples.push({ atMs: found.timeMs, where, text: found.body });
    }
  }
}

type Found = { timeMs: number | null; service: string; pod: string; body: string; traceId: string };

/** Parses a record. Null for any other text. */
function readLine(line: string, { framing, service }: LogStream): Found | null {
  if (framing === "raw") return { timeMs: null, service: service ?? "", pod: "", body: line, traceId: "" };
  try {
    const { timeUnixNano, ...fields } = Line.parse(JSON.parse(line));
    return { ...fields, timeMs: timeUnixNano === null ? null : nanosToMs(timeUnixNano) };
  } catch {
    return null;
  }
}

/** Start and end of each line that contains one of the tokens, ascending. A null token matches every line. */
function linesHolding(bytes: Buffer, tokens: readonly (string | null)[]): [number, number][] {
  const lines = new Map<number, number>();
  for (const token of tokens) {
    for (let from = 0; from < bytes.length;) {
      const at = token === null ? from : bytes.indexOf(token, from, "latin1");
      if (at === -1) break;
      const start = bytes.lastIndexOf(0x0a, Math.max(0, at - 1)) + 1;
      const newline = bytes.indexOf(0x0a, at);
      const end = newline === -1 ? bytes.length : newline;
      lines.set(at === 0 || bytes[at - 1] === 0x0a ? at : start, end);
      from = end + 1;
    }
  }
  return [...lines].toSorted(([a], [b]) => a - b);
}
