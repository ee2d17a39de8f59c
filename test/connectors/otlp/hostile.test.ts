import { expect, it } from "vitest";
import { otlpSources } from "../../../src/connectors/otlp/sources.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { attribute, gaugeOf, HOUR_MS, message, nanos, openTestOtlp, type TestOtlp } from "./messages.ts";

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

it("stores no more than 64 MiB of what a small message repeats", async () => {
  const otlp = await openTestOtlp({ maxBytes: 1024 * 1024 * 1024, maxAgeMs: HOUR_MS });
  const labels = Array.from({ length: 30 }, (_, at) => attribute(`label${at}`, "v".repeat(200)));
  const quantileValues = Array.from({ length: 100 }, (_, at) => ({ quantile: at / 100, value: 1 }));
  const point = { timeUnixNano: nanos(1_000), count: "1", sum: 1, attributes: labels, quantileValues };
  const summary = { name: "wait", summary: { dataPoints: Array.from({ length: 200 }, () => point) } };
  const result = await otlp.send("metric", message("metric", [{ resource: SERVICE, records: [summary] }]), NOW_MS);
  expect(result.accepted).toBeGreaterThan(1_000);
  expect(result.accepted + result.rejected).toBe(200 * 102);
  expect(result.why).toMatch(/too many records; send less/);
  const { coverage } = await seriesIn(otlp);
  expect(coverage.gaps).toEqual([]); // what was stored can be read
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
