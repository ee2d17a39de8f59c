import { expect, it } from "vitest";
import { queryFor } from "../../src/domain/query.ts";
import type { LogStream } from "../../src/domain/telemetry.ts";
import { matchLines } from "../../src/telemetry/match-lines.ts";

const ALL = { startMs: 0, endMs: 1_000_000 };
async function* bytes(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}
const raw = (...parts: string[]): LogStream => ({
  origin: "web.log",
  framing: "raw",
  service: "web",
  chunks: bytes(...parts),
});
const record = (timeMs: number, body: string): string =>
  `${JSON.stringify({ timeUnixNano: `${timeMs}000000`, service: "web", pod: "", body })}\n`;
const jsonl = (...parts: string[]): LogStream => ({ ...raw(...parts), origin: "logs.jsonl", framing: "jsonl" });
type Conditions = { range?: typeof ALL; entities?: string[]; names?: string[] };
const match = async (stream: LogStream, patterns: string[], { range = ALL, ...conditions }: Conditions = {}) => {
  const [found] = await matchLines([stream], [queryFor("log", range, { patterns, ...conditions })], { maxSamples: 2 });
  return found;
};

it("counts the lines that match a template, and shows the first ones with file and line", async () => {
  const found = await match(raw("a\npool exhausted inUse=6 size=7\n", "b\npool  exhausted inUse=1 size=2\npool\n"), [
    "pool exhausted inUse=<*> size=<*>",
  ]);
  expect(found).toEqual({
    basis: { count: 2, firstMs: null, lastMs: null, min: null, max: null },
    samples: [
      { atMs: null, where: "web.log:2", text: "pool exhausted inUse=6 size=7" },
      { atMs: null, where: "web.log:4", text: "pool  exhausted inUse=1 size=2" },
    ],
  });
});

it("reads the fields of JSON lines, and compares their times with the range", async () => {
  const lines = [record(5, 'open "a" failed'), record(9, 'open "b" failed'), record(99, 'open "c" failed')];
  const found = await match(jsonl(...lines, "{broken\n"), ['open "<*>" failed'], { range: { startMs: 6, endMs: 50 } });
  expect(found?.basis).toMatchObject({ count: 1, firstMs: 9, lastMs: 9 });
  expect(found?.samples).toEqual([{ atMs: 9, where: "logs.jsonl:2", text: 'open "b" failed' }]);
});

it("matches a template with lines that a runtime wrapped in JSON", async () => {
  const found = await match(raw('{"log":"  File \\"/app/a.py\\", line 3, in call\\n"}\n'), [
    'File "<*>", line <*>, in call',
  ]);
  expect(found?.basis.count).toBe(1);
});

it("finds lines across chunks, the first line, and a last line without a newline", async () => {
  const found = await match(raw("late", " answer 1\nother\nlate ans", "wer 2"), ["late answer <*>"]);
  expect(found?.samples.map(({ where, text }) => [where, text])).toEqual([
    ["web.log:1", "late answer 1"],
    ["web.log:3", "late answer 2"],
  ]);
});

it("selects by entity and stream alone", async () => {
  expect((await match(raw("a\nb\n"), [], { entities: ["web"] }))?.basis.count).toBe(2);
  expect((await match(raw("a\nb\n"), [], { entities: ["mail"] }))?.basis.count).toBe(0);
  expect((await match(raw("a\nb\n"), [], { names: ["other.log"] }))?.basis.count).toBe(0);
});

it("finds text that a JSON encoder for HTML escaped", async () => {
  const line = record(5, "GET /pay?a=1&user=<nil> it's").replaceAll("&", "\\u0026").replaceAll("<", "\\u003c");
  const escaped = line.replaceAll(">", "\\u003e").replaceAll("'", "\\u0027");
  for (const pattern of ["a=1&user=<nil>", "it's", "&", "<nil>"])
    expect((await match(jsonl(escaped), [pattern]))?.basis.count).toBe(1);
});

it("skips the whole of a line that is too long", async () => {
  const long = "x".repeat(9 * 1024 * 1024);
  const found = await match(raw("a\n", long, "x error\nerror\n"), ["error"]);
  expect(found).toMatchObject({ basis: { count: 1 }, samples: [{ where: "web.log:3", text: "error" }] });
  expect((await match(raw("a\n", long, "error"), ["error"]))?.basis.count).toBe(0);
});
