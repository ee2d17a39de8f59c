import type { IncomingMessage, ServerResponse } from "node:http";
import { RE2JS } from "re2js";

/** A record: `_time` in ISO 8601, `_msg`, and other fields. */
export type StoredRecord = Readonly<Record<string, string>> & { _time: string };
type Test = (record: StoredRecord) => boolean;

/**
 * VictoriaLogs' API over records in memory, written from its reference: field names and values, and queries with the
 * filters and pipes that the connector sends. Answers have no order.
 */
export function victoriaLogsStandIn(records: readonly StoredRecord[]) {
  const queries: string[] = [];
  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://logs");
    const [start, end] = [BigInt(searchParams.get("start") ?? 0), BigInt(searchParams.get("end") ?? 0)];
    const inRange = records.filter(({ _time }) => {
      const nanos = BigInt(Date.parse(_time)) * 1_000_000n;
      return nanos >= start && nanos <= end;
    });
    const values = (all: readonly string[]): void =>
      void response.end(JSON.stringify({ values: [...new Set(all)].map((value) => ({ value, hits: 1 })) }));
    if (pathname === "/select/logsql/field_names") return values(inRange.flatMap((record) => Object.keys(record)));
    if (pathname === "/select/logsql/field_values")
      return values(inRange.flatMap((record) => record[searchParams.get("field") ?? ""] ?? []));
    const text = searchParams.get("query") ?? "";
    queries.push(text);
    const parser = new Parser(text);
    const found = inRange.filter(parser.all());
    const pipe = parser.rest();
    if (pipe.startsWith("| stats count() as total"))
      return void response.end(`${JSON.stringify({ total: String(found.length) })}\n`);
    if (pipe.startsWith("| sort by (_time desc)")) found.sort((a, b) => (a._time < b._time ? 1 : -1));
    const limit = Number(/limit (\d+)$/.exec(pipe)?.[1] ?? Number.NaN);
    response.end(
      found
        .slice(0, limit)
        .map((record) => `${JSON.stringify(record)}\n`)
        .join(""),
    );
  }
  return { answer, queries };
}

/**
 * Filters of LogsQL: `*`, `"field":in("a","b")`, `"field":~"re"`, `~"re"`, `!`, brackets, `or`, and one beside another.
 */
class Parser {
  private readonly tokens: string[];
  private at = 0;

  constructor(text: string) {
    this.tokens = text.match(/"(?:[^"\\]|\\.)*"|[()!~:,*]|\|.*$|[\w.]+/gs) ?? [];
  }

  rest(): string {
    return this.tokens.slice(this.at).join(" ");
  }

  all(): Test {
    const tests: Test[] = [];
    while (this.at < this.tokens.length && !/^(?:\)|or$|\|)/.test(this.peek())) tests.push(this.one());
    return (record) => tests.every((test) => test(record));
  }

  private one(): Test {
    const token = this.next();
    if (token === "*") return () => true;
    if (token === "!") {
      const test = this.one();
      return (record) => !test(record);
    }
    if (token === "(") {
      const tests = [this.all()];
      while (this.peek() === "or") {
        this.next();
        tests.push(this.all());
      }
      this.next();
      return (record) => tests.some((test) => test(record));
    }
    if (token === "~") return this.regex("_msg");
    const field = JSON.parse(token) as string;
    this.next(); // the colon
    if (this.next() === "~") return this.regex(field);
    const wanted: string[] = [];
    for (this.next(); this.peek() !== ")";) {
      const value = this.next();
      if (value !== ",") wanted.push(JSON.parse(value) as string);
    }
    this.next();
    return (record) => wanted.includes(record[field] ?? "");
  }

  private regex(field: string): Test {
    const expression = RE2JS.compile(JSON.parse(this.next()) as string);
    return (record) => expression.matcher(record[field] ?? "").find();
  }

  private peek(): string {
    return this.tokens[this.at] ?? "|";
  }

  private next(): string {
    const token = this.peek();
    this.at += 1;
    return token;
  }
}
