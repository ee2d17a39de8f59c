import { expect, it } from "vitest";
import { fileIncidents } from "../../src/connectors/files/incidents.ts";
import { queryFor } from "../../src/domain/query.ts";
import {
  type Alert,
  type LogStream,
  Alert as AlertSchema,
  type Series,
  type Span,
} from "../../src/domain/telemetry.ts";
import { memorySource } from "../../src/telemetry/memory-source.ts";
import { sourcesOf } from "../../src/telemetry/sources-of.ts";
import { uploadedLogs } from "../../src/telemetry/uploaded-logs.ts";
import { SAMPLE_HEADER, SPAN_HEADER, suiteOf } from "../connectors/files/suite.ts";
import { pagedServer } from "./paged-server.ts";
import { END_MS, entityAt, keepsTheContract, nameAt, type Signals, START_MS, TIMES_MS } from "./source-contract.ts";

const logLine = (timeMs: number): string =>
  JSON.stringify({ timeUnixNano: `${timeMs}000000`, service: entityAt(timeMs), pod: "", body: nameAt(timeMs) });
const logText = `${TIMES_MS.map(logLine).join("\n")}\n`;
const spans = TIMES_MS.map((timeMs): Span => ({
  traceId: `t${timeMs}`,
  spanId: "s",
  parentSpanId: null,
  service: entityAt(timeMs),
  pod: null,
  operation: nameAt(timeMs),
  startUnixNano: BigInt(timeMs) * 1_000_000n,
  durationUs: 0,
  status: "",
}));
const alerts: Alert[] = TIMES_MS.map((timeMs) =>
  AlertSchema.parse({ timeUnixMs: timeMs, entity: entityAt(timeMs), name: nameAt(timeMs) }),
);
const series = [...Map.groupBy(TIMES_MS, (timeMs) => JSON.stringify([entityAt(timeMs), nameAt(timeMs)]))].map(
  ([key, timesMs]): Series => {
    const [entity = "", metric = ""] = JSON.parse(key) as string[];
    return { entity, entityKind: "service", metric, timesMs, values: timesMs };
  },
);

const suite = suiteOf({
  "logs.jsonl.gz": logText,
  "metrics.csv": [SAMPLE_HEADER, ...TIMES_MS.map((ms) => `${ms},${entityAt(ms)},service,${nameAt(ms)},1`)].join("\n"),
  "traces.csv": [SPAN_HEADER, ...TIMES_MS.map((ms) => `t${ms},s,,${entityAt(ms)},,${nameAt(ms)},${ms}000000,0,`)].join(
    "\n",
  ),
  "alerts.jsonl": alerts.map((alert) => JSON.stringify(alert)).join("\n"),
});
const recorded = async <S extends Signals>(signal: S) => {
  const [source] = sourcesOf(await fileIncidents([suite]).openTelemetry("one"), signal);
  if (source === undefined) throw new Error(`no ${signal} in the suite`);
  return source;
};
const upload = { id: "u", name: "lines.jsonl", framing: "jsonl", bytes: 1, sha256: "", uploadedAtMs: 0 } as const;
async function* uploadedBytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(logText);
}

keepsTheContract("log files", () => recorded("log"));
keepsTheContract("metric files", () => recorded("metric"));
keepsTheContract("trace files", () => recorded("trace"));
keepsTheContract("alert files", () => recorded("alert"));
keepsTheContract("uploads", async () => uploadedLogs([upload], { readUpload: uploadedBytes }));
keepsTheContract("a server", async () => pagedServer(spans));
keepsTheContract("series in memory", async () => memorySource("metric", "memory", async () => series));
keepsTheContract("alerts in memory", async () => memorySource("alert", "memory", async () => alerts));

it("reports that a server's limit cut the answer", async () => {
  const server = pagedServer(spans, { maxRecords: 4 });
  const { data, coverage } = await server.query(queryFor("trace", { startMs: START_MS, endMs: END_MS }));
  expect(data).toHaveLength(4);
  expect(coverage.gaps).toEqual([{ kind: "capped", why: "the server gives at most 4" }]);
});

it.each([
  ["=", "cart", ["cart"]],
  ["!=", "cart", ["shop"]],
  ["=~", "ca.*|none", ["cart"]],
  ["!~", "ca", ["cart", "shop"]], // a regular expression fits the whole value
] as const)("files match labels as Prometheus does: service%s%s", async (op, value, services) => {
  const range = { startMs: START_MS, endMs: END_MS };
  const { data } = await (
    await recorded("trace")
  ).query(queryFor("trace", range, { matchers: [{ label: "service", op, value }] }));
  expect([...new Set(data.map(({ service }) => service))].toSorted()).toEqual(services);
});

it("files keep the last sample of each step, and the newest records of a backward limit", async () => {
  const range = { startMs: START_MS, endMs: END_MS };
  const metrics = await recorded("metric");
  const { data } = await metrics.query(
    queryFor("metric", range, { entities: ["cart"], names: ["cpu_usage"], stepMs: 10_000 }),
  );
  expect(data).toMatchObject([{ timesMs: [4_000] }]);
  const newest = await (await recorded("alert")).query(queryFor("alert", range, { limit: 2, direction: "backward" }));
  expect(newest.data.map(({ timeUnixMs }) => timeUnixMs)).toEqual([7_000, 8_000]);
});

it("refuses an invalid regular expression", async () => {
  const query = queryFor("alert", { startMs: 0, endMs: 1 }, { matchers: [{ label: "name", op: "=~", value: "(" }] });
  await expect((await recorded("alert")).query(query)).rejects.toMatchObject({ code: "BAD_INPUT" });
});

it("files keep line numbers when they skip lines", async () => {
  const range = { startMs: START_MS, endMs: END_MS };
  const { data } = await (await recorded("log")).query(queryFor("log", range, { entities: ["cart"] }));
  const [stream]: LogStream[] = data;
  const bytes: Uint8Array[] = [];
  for await (const chunk of stream?.chunks ?? []) bytes.push(chunk);
  const lines = Buffer.concat(bytes).toString("utf8").split("\n");
  expect(lines.map((line) => line !== "")).toEqual([false, true, false, true, false, true, false, true, false]);
});
