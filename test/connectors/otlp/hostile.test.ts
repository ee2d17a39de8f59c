import { expect, it } from "vitest";
import { otlpSources } from "../../../src/connectors/otlp/sources.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { attribute, gaugeOf, HOUR_MS, message, nanos, openTestOtlp, type TestOtlp } from "./messages.ts";
import { emptyFields, exportOf, field } from "./wire-bytes.ts";

const NOW_MS = 10_000;
const SERVICE = { "service.name": "cart" };
const histogram = (timeMs: number, explicitBounds: readonly number[]) => ({
  name: "wait",
  histogram: {
    aggregationTemporality: 2,
    dataPoints: [
      {
        timeUnixNano: nanos(timeMs),
        count: String(explicitBounds.length + 1),
        explicitBounds,
        bucketCounts: Array.from({ length: explicitBounds.length + 1 }, () => "1"),
      },
    ],
  },
});

async function seriesIn({ store }: TestOtlp) {
  const source = (await otlpSources(store, () => NOW_MS)).find(({ signal }) => signal === "metric");
  if (source?.signal !== "metric") throw new Error("no metrics are stored");
  return source.query(queryFor("metric", { startMs: 0, endMs: NOW_MS }));
}

it.each([
  ["has a hundred thousand buckets", Array.from({ length: 100_000 }, (_, at) => at), /explicitBounds|bucketCounts/],
  ["has bounds that do not ascend", [5, 3, 1], /bounds that do not ascend/],
])("refuses a histogram that %s", async (_, bounds, reason) => {
  const otlp = await openTestOtlp();
  const sent = message("metric", [{ resource: SERVICE, records: [histogram(1_000, bounds), gaugeOf("load", 1_000)] }]);
  const result = await otlp.send("metric", sent, NOW_MS);
  expect(result).toMatchObject({ accepted: 1, rejected: 1 });
  expect(result.why).toMatch(reason);
});

it("keeps 200 bounds of a histogram whose bounds change with each point, and their counts", async () => {
  const otlp = await openTestOtlp();
  const points = Array.from({ length: 300 }, (_, at) =>
    histogram(
      1_000 + at,
      Array.from({ length: 50 }, (__, bound) => bound * 1_000 + at),
    ),
  );
  await otlp.send("metric", message("metric", [{ resource: SERVICE, records: points }]), NOW_MS);
  const { data } = await seriesIn(otlp);
  const buckets = data.filter(({ metric }) => metric.startsWith("wait_bucket"));
  expect(buckets.length).toBeLessThanOrEqual(201);
  expect(buckets.at(-1)).toMatchObject({ metric: 'wait_bucket{le="+Inf"}' });
  expect(buckets.at(-2)).toMatchObject({ metric: 'wait_bucket{le="49299"}' }); // the highest bound stays
  expect(new Set(buckets.at(-2)?.values)).toEqual(new Set([50]));
});

it("refuses a small message that repeats more than 64 MiB", async () => {
  const otlp = await openTestOtlp({ maxBytes: 1024 * 1024 * 1024, maxAgeMs: HOUR_MS });
  const labels = Array.from({ length: 30 }, (_, at) => attribute(`label${at}`, "v".repeat(200)));
  const quantileValues = Array.from({ length: 100 }, (_, at) => ({ quantile: at / 100, value: 1 }));
  const point = { timeUnixNano: nanos(1_000), count: "1", sum: 1, attributes: labels, quantileValues };
  const summary = { name: "wait", summary: { dataPoints: Array.from({ length: 200 }, () => point) } };
  const sent = otlp.send("metric", message("metric", [{ resource: SERVICE, records: [summary] }]), NOW_MS);
  await expect(sent).rejects.toMatchObject({ code: "REJECTED", message: expect.stringMatching(/too many records/) });
  expect(await otlp.store.list("metric", null)).toEqual([]);
});

it("counts 200,000 refused points of one metric", async () => {
  const otlp = await openTestOtlp();
  const dataPoints = Array.from({ length: 200_000 }, () => ({ timeUnixNano: "soon" }));
  const sent = message("metric", [{ resource: SERVICE, records: [{ name: "load", gauge: { dataPoints } }] }]);
  expect(await otlp.send("metric", sent, NOW_MS)).toMatchObject({ accepted: 0, rejected: 200_000 });
});

it("reads past a stored block that is damaged, and says so", async () => {
  const otlp = await openTestOtlp();
  await otlp.send("metric", message("metric", [{ resource: SERVICE, records: [gaugeOf("load", 1)] }]), NOW_MS);
  const [block] = await otlp.store.list("metric", null);
  if (block === undefined) throw new Error("nothing is stored");
  await otlp.store.add({ ...block, requestSha256: "other", body: Buffer.from("not zstd") });
  const { data, coverage } = await seriesIn(otlp);
  expect(data).toHaveLength(1);
  expect(coverage.gaps).toContainEqual({ kind: "refused", why: "some stored records are damaged and were not read" });
});

it.each([
  ["log", "empty records", exportOf(emptyFields(2, 250_001)), /too many records that are not valid/],
  ["metric", "points of one gauge", exportOf(field(2, field(5, emptyFields(1, 1_000_001)))), /1,000,000 values/],
  ["metric", "packed counts", exportOf(field(2, field(9, field(1, field(6, Buffer.alloc(8_000_008)))))), /values/],
  ["log", "lists", exportOf(field(2, field(5, field(5, emptyFields(1, 1_000_001))))), /1,000,000 values/],
] as const)(
  "refuses a %s message of a few bytes for each of its %s, before they fill the memory",
  async (signal, _, body, why) => {
    const { receiver, store } = await openTestOtlp();
    const sent = receiver.receive({ signal, isJson: false, body, sender: "test", receivedAtMs: NOW_MS });
    await expect(sent).rejects.toMatchObject({ code: "REJECTED", message: expect.stringMatching(why) });
    expect(await store.list(signal, null)).toEqual([]);
  },
);

it("keeps names without control characters, and cuts what is too long", async () => {
  const otlp = await openTestOtlp();
  const long = "x".repeat(10 * 1024 * 1024);
  const resource = { "service.name": "../../etc/ca\u0000rt\u001b[31m", "k8s.pod.name": "\u0000" };
  const records = [
    { timeUnixNano: nanos(1_000), body: { stringValue: long }, attributes: [attribute("a", long)], traceId: long },
    { timeUnixNano: nanos(1_001), eventName: long, severityText: long },
  ];
  expect(await otlp.send("log", message("log", [{ resource, records }]), NOW_MS)).toMatchObject({ accepted: 2 });
  const [block] = await otlp.store.list("log", null);
  expect(block?.entities).toEqual([["../../etc/ca rt [31m", "service"]]);
  expect((await otlp.store.read(block?.id ?? ""))?.length).toBeLessThan(10_000);
});

const POINT = { timeUnixNano: nanos(1_000), asInt: "7" };
async function sendPoint(point: object) {
  const otlp = await openTestOtlp();
  const sent = message("metric", [{ resource: SERVICE, records: [{ name: "load", gauge: { dataPoints: [point] } }] }]);
  return { otlp, result: await otlp.send("metric", sent, NOW_MS) };
}

it.each([
  ["as text", POINT],
  ["as a number", { timeUnixNano: 1_000_000_000, asInt: 7 }],
])("reads whole numbers %s in JSON", async (_, point) => {
  const { otlp, result } = await sendPoint(point);
  expect(result).toEqual({ accepted: 1, rejected: 0, why: "" });
  expect((await seriesIn(otlp)).data[0]?.values).toEqual([7]);
});

it.each([
  ["a whole number with a point", { ...POINT, asInt: "7.5" }, "asInt"],
  ["a time in words", { ...POINT, timeUnixNano: "now" }, "timeUnixNano"],
  ["a list as a value", { ...POINT, asInt: [7] }, "asInt"],
  ["a time before 1970", { ...POINT, timeUnixNano: "-1" }, "no time"],
  ["a time in 2200", { ...POINT, timeUnixNano: nanos(Date.UTC(2200, 0)) }, "in the future, such as one of 2200-01-01"],
  ["a time beyond all clocks", { ...POINT, timeUnixNano: "99999999999999999999" }, "in the future"],
])("refuses %s in JSON, and says why", async (_, point, why) => {
  const { result } = await sendPoint(point);
  expect(result).toEqual({ accepted: 0, rejected: 1, why: expect.stringContaining(why) });
});
