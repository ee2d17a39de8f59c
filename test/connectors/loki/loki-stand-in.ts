import type { IncomingMessage, ServerResponse } from "node:http";
import { RE2JS } from "re2js";

/** One line of a stream. `timeMs`: Unix milliseconds. */
export type StoredLine = { timeMs: number; labels: Record<string, string>; line: string };

/**
 * Loki's API over lines in memory, written from its reference: labels, label values, index stats, query_range with
 * stream selectors, line filters and a label filter. `maxEntries`: the server's limit for one request.
 */
export function lokiStandIn(lines: readonly StoredLine[], { maxEntries = 5_000, hasStats = true } = {}) {
  const queries: string[] = [];
  const json = (response: ServerResponse, body: unknown): void =>
    void response.setHeader("content-type", "application/json").end(JSON.stringify(body));

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://loki");
    const [start, end] = [BigInt(searchParams.get("start") ?? 0), BigInt(searchParams.get("end") ?? 0)];
    const inRange = lines.filter(({ timeMs }) => nanos(timeMs) >= start && nanos(timeMs) < end);
    const text = searchParams.get("query") ?? "";
    if (pathname === "/loki/api/v1/labels")
      return json(response, { status: "success", data: unique(inRange.flatMap(({ labels }) => Object.keys(labels))) });
    const label = /^\/loki\/api\/v1\/label\/([^/]+)\/values$/.exec(pathname)?.[1];
    if (label !== undefined)
      return json(response, { status: "success", data: unique(inRange.flatMap(({ labels }) => labels[label] ?? [])) });
    queries.push(text);
    if (pathname === "/loki/api/v1/index/stats") {
      if (!hasStats) return void response.writeHead(404).end("404 page not found");
      const entries = inRange.filter(filterOf(text)).length;
      return json(response, { streams: 1, chunks: 1, bytes: entries * 100, entries });
    }
    const limit = Number(searchParams.get("limit"));
    if (limit > maxEntries)
      return void response
        .writeHead(400)
        .end(`max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${maxEntries})`);
    const found = inRange.filter(filterOf(text)).toSorted((a, b) => a.timeMs - b.timeMs);
    const page = searchParams.get("direction") === "forward" ? found.slice(0, limit) : found.slice(-limit).toReversed();
    const streams = Map.groupBy(page, ({ labels }) => JSON.stringify(labels));
    json(response, {
      status: "success",
      data: {
        resultType: "streams",
        result: [...streams.values()].map((own) => ({
          stream: own[0]?.labels,
          values: own.map(({ timeMs, line }) => [String(nanos(timeMs)), line]),
        })),
        stats: {},
      },
    });
  }
  return { answer, queries };
}

const nanos = (ms: number): bigint => BigInt(Math.round(ms * 1_000)) * 1_000n;
const unique = (values: readonly string[]): string[] => [...new Set(values)].toSorted();

const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
const MATCHER = new RegExp(String.raw`(\w+)\s*(=~|!~|!=|=)\s*(${STRING})`, "g");
const STAGE = new RegExp(String.raw`\|~\s*(${STRING})|!~\s*(${STRING})|\|\s*(\w+)(=~|!~)(${STRING})`, "g");

/** The lines that a log query selects. */
function filterOf(text: string): (line: StoredLine) => boolean {
  const end = text.indexOf("}");
  const tests = [...text.slice(0, end).matchAll(MATCHER)].map(([, name = "", op = "", value = ""]) => {
    const isFit = fits(op, JSON.parse(value) as string);
    return ({ labels }: StoredLine): boolean => isFit(labels[name] ?? "");
  });
  for (const [, positive, negative, name, op = "", value = ""] of text.slice(end + 1).matchAll(STAGE)) {
    if (name !== undefined) {
      const isFit = fits(op, JSON.parse(value) as string);
      tests.push(({ labels }) => isFit(labels[name] ?? ""));
    } else {
      const expression = RE2JS.compile(JSON.parse(positive ?? negative ?? '""') as string);
      tests.push(({ line }) => expression.matcher(line).find() === (positive !== undefined));
    }
  }
  return (line) => tests.every((test) => test(line));
}

function fits(op: string, value: string): (actual: string) => boolean {
  const isNegated = op.startsWith("!");
  const expression = op.endsWith("~") ? RE2JS.compile(value) : null;
  return (actual) => (expression === null ? actual === value : expression.matches(actual)) !== isNegated;
}
