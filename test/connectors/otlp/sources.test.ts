import { expect, it } from "vitest";
import { otlpSources } from "../../../src/connectors/otlp/sources.ts";
import { type OtlpSignal, OTLP_SIGNALS } from "../../../src/domain/otlp.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { sourcesOf } from "../../../src/telemetry/sources-of.ts";
import { END_MS, entityAt, keepsTheContract, nameAt, START_MS, TIMES_MS } from "../../telemetry/source-contract.ts";
import { gaugeOf, message, nanos, openTestOtlp, spanOfTest } from "./messages.ts";

const RECORD = {
  log: (timeMs: number) => ({ timeUnixNano: nanos(timeMs), body: { stringValue: nameAt(timeMs) } }),
  trace: (timeMs: number) => spanOfTest(nameAt(timeMs), timeMs),
  metric: (timeMs: number) => gaugeOf(nameAt(timeMs), timeMs),
} as const satisfies Record<OtlpSignal, unknown>;
const everything = { startMs: START_MS, endMs: END_MS };

/** Two messages: the records overlap in time, so no block is sorted by itself. */
async function received<S extends OtlpSignal>(signal: S) {
  const { store, send } = await openTestOtlp();
  for (const entity of ["cart", "shop"]) {
    const records = TIMES_MS.filter((timeMs) => entityAt(timeMs) === entity).map((timeMs) => RECORD[signal](timeMs));
    await send(signal, message(signal, [{ resource: { "service.name": entity }, records }]), END_MS);
  }
  const [source] = sourcesOf(await otlpSources(store, () => END_MS), signal);
  if (source === undefined) throw new Error(`no ${signal} was stored`);
  return source;
}

keepsTheContract("received logs", () => received("log"));
keepsTheContract("received metrics", () => received("metric"));
keepsTheContract("received traces", () => received("trace"));

it("has no source for a signal that nobody sent", async () => {
  const { store, send } = await openTestOtlp();
  expect(await otlpSources(store, () => END_MS)).toEqual([]);
  const spans = [{ resource: { "service.name": "cart" }, records: [spanOfTest("GET /", 1_000)] }];
  await send("trace", message("trace", spans), END_MS);
  expect((await otlpSources(store, () => END_MS)).map(({ signal }) => signal)).toEqual(["trace"]);
});

it.each(OTLP_SIGNALS)("reports that nothing of a %s is known from before the first record", async (signal) => {
  const source = await received(signal);
  const range = { startMs: START_MS - 600_000, endMs: END_MS };
  const { data, coverage } = await source.query(queryFor(signal, range) as never);
  for (const stream of data) if ("chunks" in stream) for await (const _chunk of stream.chunks) continue; // lazy
  expect(coverage.gaps).toEqual([{ kind: "capped", why: "nothing is stored from before 1970-01-01 00:00:01 UTC" }]);
  const { coverage: whole } = await source.query(queryFor(signal, everything) as never);
  expect(whole.gaps).toEqual([]);
});

it("adds up delta counters of many messages, and keeps the buckets of a histogram aligned", async () => {
  const { store, send } = await openTestOtlp();
  const point = { timeUnixNano: "", attributes: [] };
  const TIMES = [1_000, 2_000, 3_000];
  for (const [at, timeMs] of TIMES.entries()) {
    const time = { ...point, timeUnixNano: nanos(timeMs) };
    const metrics = [
      { name: "jobs", sum: { isMonotonic: true, aggregationTemporality: 1, dataPoints: [{ ...time, asInt: "4" }] } },
      {
        name: "wait",
        unit: "s",
        exponentialHistogram: {
          aggregationTemporality: 1,
          dataPoints: [{ ...time, count: "2", sum: 3, scale: 0, positive: { offset: at, bucketCounts: ["2"] } }],
        },
      },
    ];
    await send("metric", message("metric", [{ resource: { "service.name": "cron" }, records: metrics }]), END_MS);
  }
  const [source] = sourcesOf(await otlpSources(store, () => END_MS), "metric");
  const { data } = (await source?.query(queryFor("metric", everything))) ?? { data: [] };
  const values = Object.fromEntries(data.map(({ metric, values: found }) => [metric, found]));
  expect(values).toEqual({
    jobs_total: [4, 8, 12],
    wait_seconds_count: [2, 4, 6],
    wait_seconds_sum: [3, 6, 9],
    'wait_seconds_bucket{le="1"}': [0, 0, 0],
    'wait_seconds_bucket{le="2"}': [2, 2, 2],
    'wait_seconds_bucket{le="4"}': [2, 4, 4],
    'wait_seconds_bucket{le="8"}': [2, 4, 6],
    'wait_seconds_bucket{le="+Inf"}': [2, 4, 6],
  });
});

it("keeps pods, nodes and services apart, and instances of one service", async () => {
  const { store, send } = await openTestOtlp();
  const resources = [
    { "k8s.pod.name": "cart-5d8f7b9c6-abcde", "k8s.deployment.name": "cart" },
    { "host.name": "node-1" },
    { "service.name": "cart", "service.instance.id": "a" },
    { "service.name": "cart", "service.instance.id": "b" },
    {},
  ].map((resource) => ({ resource, records: [gaugeOf("cpu.usage", 1_000)] }));
  await send("metric", message("metric", resources), END_MS);
  const [source] = sourcesOf(await otlpSources(store, () => END_MS), "metric");
  const { data } = (await source?.query(queryFor("metric", everything))) ?? { data: [] };
  expect(data.map(({ entity, entityKind, metric }) => [entity, entityKind, metric])).toEqual([
    ["cart-5d8f7b9c6-abcde", "pod", "cpu_usage"],
    ["node-1", "node", "cpu_usage"],
    ["cart", "service", 'cpu_usage{instance="a"}'],
    ["cart", "service", 'cpu_usage{instance="b"}'],
    ["unknown", "unknown", "cpu_usage"],
  ]);
});
