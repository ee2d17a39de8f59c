import { utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fileIncidents } from "../../../src/connectors/files/incidents.ts";
import { otlpFileSources } from "../../../src/connectors/files/otlp-globs.ts";
import { NO_PAGES } from "../../../src/connectors/link.ts";
import { OTLP_SIGNALS, type OtlpSignal } from "../../../src/domain/otlp.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { sourcesOf } from "../../../src/telemetry/sources-of.ts";
import { folderWith, suiteOf } from "../files/suite.ts";
import { END_MS, entityAt, keepsTheContract, nameAt, START_MS, TIMES_MS } from "../../telemetry/source-contract.ts";
import { gaugeOf, message, nanos, spanOfTest } from "./messages.ts";

const RECORD = {
  log: (timeMs: number) => ({ timeUnixNano: nanos(timeMs), body: { stringValue: nameAt(timeMs) } }),
  trace: (timeMs: number) => spanOfTest(nameAt(timeMs), timeMs),
  metric: (timeMs: number) => gaugeOf(nameAt(timeMs), timeMs),
} as const satisfies Record<OtlpSignal, unknown>;
const everything = { startMs: START_MS, endMs: END_MS };

/** A line for each second, as the collector's file exporter writes them. */
const linesOf = (signal: OtlpSignal): string[] =>
  TIMES_MS.map((timeMs) =>
    JSON.stringify(
      message(signal, [{ resource: { "service.name": entityAt(timeMs) }, records: [RECORD[signal](timeMs)] }]),
    ),
  );
const openOne = async <S extends OtlpSignal>(suite: string, signal: S) => {
  const [source] = sourcesOf(await fileIncidents([suite]).openTelemetry("one"), signal);
  if (source === undefined) throw new Error(`no ${signal} in the suite`);
  return source;
};

const apart = suiteOf(
  Object.fromEntries(OTLP_SIGNALS.map((signal) => [`otlp/${signal}.jsonl.gz`, linesOf(signal).join("\n")])),
);
const together = suiteOf({ "otlp/all.json": OTLP_SIGNALS.flatMap(linesOf).join("\n") });
for (const signal of OTLP_SIGNALS) {
  keepsTheContract(`a collector's file of ${signal}s`, () => openOne(apart, signal));
  keepsTheContract(`a collector's file of everything, read for ${signal}s`, () => openOne(together, signal));
}

it("has sources for the signals in the files only", async () => {
  const suite = suiteOf({ "otlp/traces.jsonl": linesOf("trace").join("\n") });
  expect((await fileIncidents([suite]).openTelemetry("one")).map(({ signal }) => signal)).toEqual(["trace"]);
});

it("reports lines that it cannot read, and reads the others", async () => {
  const [first = "", ...rest] = linesOf("trace");
  const lines = [first.slice(0, 90), "{}", '{"hello":"world"}', first, "", ...rest, '{"resourceSpans":7}'];
  const source = await openOne(suiteOf({ "otlp/traces.jsonl": lines.join("\n") }), "trace");
  const { data, coverage } = await source.query(queryFor("trace", everything));
  expect(data).toHaveLength(TIMES_MS.length);
  const problems = coverage.problems.map(({ line, what }) => [line, what] as const);
  expect(problems.toSorted(([a], [b]) => (a ?? 0) - (b ?? 0))).toEqual([
    [1, "a line cannot be decoded"],
    [3, "not an OTLP message"],
    [13, "a line cannot be decoded"],
  ]);
});

it("gives nothing later than asOf: no span that ends after it", async () => {
  const spans = [spanOfTest("early", 1_000), spanOfTest("long", 1_000, { endTimeUnixNano: nanos(9_000) })];
  const line = JSON.stringify(message("trace", [{ resource: {}, records: spans }]));
  const suite = suiteOf({ "otlp/traces.jsonl": line }, { asOf: "1970-01-01T00:00:05Z" });
  const { data } = await (await openOne(suite, "trace")).query(queryFor("trace", everything));
  expect(data.map(({ operation }) => operation)).toEqual(["early"]);
});

it("reads files of this machine by glob: rotated ones too, but none that was last written before the range", async () => {
  const nowMs = Date.now();
  const write = (timeMs: number): string =>
    JSON.stringify(
      message("trace", [{ resource: { "service.name": "cart" }, records: [spanOfTest("GET /", timeMs)] }]),
    );
  const dir = folderWith({
    "traces.jsonl": write(nowMs - 1_000),
    "traces-1.jsonl.gz": write(nowMs - 60_000),
    "traces-2.jsonl": write(nowMs - 7_200_000),
    "notes.txt": "not telemetry",
  });
  utimesSync(join(dir, "traces-2.jsonl"), new Date(nowMs - 7_000_000), new Date(nowMs - 7_000_000));
  const config = {
    kind: "otlp-files",
    name: "collector",
    paths: [join(dir, "traces*.jsonl*")],
    pages: NO_PAGES,
  } as const;
  const [source, ...others] = await otlpFileSources(config, () => nowMs);
  expect(others).toEqual([]);
  if (source?.signal !== "trace") throw new Error("no traces");
  const read = async (startMs: number) => {
    const { data } = await source.query(queryFor("trace", { startMs, endMs: nowMs }));
    return data.map(({ startUnixNano }) => nowMs - Number(startUnixNano / 1_000_000n));
  };
  expect(await read(nowMs - 3_600_000)).toEqual([60_000, 1_000]);
  expect(await read(0)).toEqual([7_200_000, 60_000, 1_000]);
  expect(await source.check?.()).toMatchObject({ hasData: true, sample: "3 records of 1 entities", advice: [] });
});
