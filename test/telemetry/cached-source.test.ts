import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openFolder } from "../../src/connectors/files/folder.ts";
import { fileLogs } from "../../src/connectors/files/logs.ts";
import { metadataCache } from "../../src/connectors/files/metadata.ts";
import { recordingOf } from "../../src/connectors/files/recording.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import { queryFor } from "../../src/domain/query.ts";
import type { LogStream, Series } from "../../src/domain/telemetry.ts";
import { cachedSource } from "../../src/telemetry/cached-source.ts";
import { memoryBudget } from "../../src/telemetry/memory-budget.ts";
import { tempDir } from "../compose/recorded-suite.ts";
import { sourceOf } from "../fakes.ts";

const budget = () => memoryBudget(1_000_000);
const samples = (count: number): Series => {
  const timesMs = Array.from({ length: count }, (_, at) => at * 10);
  return { entity: "shop", entityKind: "service", metric: "latency", timesMs, values: timesMs };
};
const alertAt = (timeUnixMs: number) => ({
  timeUnixMs,
  entity: "shop",
  entityKind: "service",
  signal: "metric" as const,
  name: "slow",
  direction: null,
  peer: null,
  count: 1,
  message: null,
});

it("asks again for a narrower range when a limit cut the wider answer", async () => {
  const alerts = cachedSource(sourceOf("alert", [0, 50, 100].map(alertAt)), budget());
  await alerts.query(queryFor("alert", { startMs: 0, endMs: 100 }, { limit: 1 }));
  const { data } = await alerts.query(queryFor("alert", { startMs: 40, endMs: 100 }, { limit: 1 }));
  expect(data.map(({ timeUnixMs }) => timeUnixMs)).toEqual([50]);
});

it("gives the last sample of a step that a narrower range cuts", async () => {
  const metrics = cachedSource(sourceOf("metric", [samples(20)]), budget());
  await metrics.query(queryFor("metric", { startMs: 0, endMs: 190 }, { stepMs: 100 }));
  const { data } = await metrics.query(queryFor("metric", { startMs: 0, endMs: 150 }, { stepMs: 100 }));
  expect(data[0]?.timesMs).toEqual([90, 150]);
});

it("goes on reading for a caller without a signal when another gives up", async () => {
  let finish: (all: Series[]) => void = () => undefined;
  let stop: AbortSignal | undefined;
  const source = sourceOf("metric", (_, signal) => ((stop = signal), new Promise((resolve) => (finish = resolve))));
  const metrics = cachedSource(source, budget());
  const query = queryFor("metric", { startMs: 0, endMs: 100 });
  const patient = metrics.query(query);
  const impatient = new AbortController();
  const other = metrics.query(query, impatient.signal);
  await expect.poll(() => stop !== undefined).toBe(true);
  impatient.abort(new Error("no patience"));
  await expect(other).rejects.toThrow("no patience");
  expect(stop?.aborted).toBe(false);
  finish([samples(3)]);
  expect((await patient).data).toHaveLength(1);
});

const CHUNKS = ["a\n", "b\n", "c\n", "d\n"];
async function* chunksOf(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    await Promise.resolve();
    yield Buffer.from(text);
  }
}
const logs = (texts: readonly string[] = CHUNKS) =>
  sourceOf("log", async (): Promise<LogStream[]> => [
    { origin: "web.log", framing: "raw", service: "web", untimed: true, chunks: chunksOf(texts) },
  ]);
async function textOf(streams: readonly LogStream[]): Promise<string> {
  let text = "";
  for (const { chunks } of streams) for await (const bytes of chunks) text += Buffer.from(bytes).toString("utf8");
  return text;
}
const ALL = queryFor("log", { startMs: 0, endMs: 100 });

it.each([1_000_000, 5, 0])("gives all lines to two readers at once, with %i bytes to keep them in", async (bytes) => {
  const cache = cachedSource(logs(), memoryBudget(bytes));
  const [one, other] = await Promise.all([cache.query(ALL), cache.query(ALL)]);
  expect(await Promise.all([textOf(one.data), textOf(other.data)])).toEqual(["a\nb\nc\nd\n", "a\nb\nc\nd\n"]);
});

it("gives all lines to a reader when another breaks off", async () => {
  const cache = cachedSource(logs(), budget());
  const [one, other] = await Promise.all([cache.query(ALL), cache.query(ALL)]);
  const breaksOff = async () => {
    for await (const _ of one.data[0]?.chunks ?? []) break;
  };
  const [, text] = await Promise.all([breaksOff(), textOf(other.data)]);
  expect(text).toBe("a\nb\nc\nd\n");
});

it("refuses to read lines again that did not fit into memory, instead of giving none", async () => {
  const cache = cachedSource(logs(), memoryBudget(3));
  const { data } = await cache.query(ALL);
  await textOf(data);
  await expect(textOf(data)).rejects.toThrow(IncidentError);
});

it("gives the reader the error of a stream that fails half way, and asks again afterwards", async () => {
  let isBroken = true;
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("a\n");
    if (isBroken) throw new IncidentError("UNAVAILABLE", "connection lost", { hint: "Wait." });
  }
  const source = sourceOf("log", async (): Promise<LogStream[]> => [
    { origin: "web.log", framing: "raw", service: "web", untimed: true, chunks: broken() },
  ]);
  const cache = cachedSource(source, budget());
  const { data } = await cache.query(ALL);
  await expect(textOf(data)).rejects.toThrow("connection lost");
  isBroken = false;
  expect(await textOf((await cache.query(ALL)).data)).toBe("a\n");
});

it("loses no line of a log on the seam of two ranges, and gives none twice, to the microsecond", async () => {
  const nanos = [99_999_000n, 100_000_000n, 100_001_000n, 100_500_000n, 101_000_000n, 300_000_000n].map(
    (offset) => `${1_790_000_000_000_000_000n + offset}`,
  );
  const dir = await tempDir();
  writeFileSync(join(dir, "logs.jsonl"), nanos.map((time) => `{"timeUnixNano":"${time}","body":"a"}\n`).join(""));
  const folder = await openFolder(dir, dir);
  if (folder === null) throw new Error("no folder");
  const recording = recordingOf(folder, dir, null, metadataCache());
  const cache = cachedSource(fileLogs(recording), budget());
  const at = (fromMs: number, toMs: number) =>
    queryFor("log", { startMs: 1_790_000_000_000 + fromMs, endMs: 1_790_000_000_000 + toMs });
  await textOf((await cache.query(at(100, 100))).data);
  const text = await textOf((await cache.query(at(0, 400))).data);
  expect(text.match(/\d{19}/g)).toEqual(nanos);
});
