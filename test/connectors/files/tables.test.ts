import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { ALL, opened, SAMPLE_HEADER, SPAN_HEADER } from "./suite.ts";

const samples = async (text: string | Uint8Array, range = ALL, scenario = {}) => {
  const { ask, problems } = await opened({ "metrics.csv": text }, scenario);
  return { series: await ask("metric", { range }), problems: problems() };
};
const spansOf = async (text: string, range = ALL, scenario = {}) => {
  const { ask, problems } = await opened({ "traces.csv": text }, scenario);
  return { spans: await ask("trace", { range }), problems: problems() };
};

it("gathers samples into series in order of time, whatever the order of the lines", async () => {
  const { series, problems } = await samples(
    `${SAMPLE_HEADER}\n3,shop,service,cpu,30\n1,shop,service,cpu,10\n1,shop,pod,cpu,7\n2,shop,service,cpu,2e1\n`,
  );
  expect(series).toEqual([
    { entity: "shop", entityKind: "service", metric: "cpu", timesMs: [1, 2, 3], values: [10, 20, 30] },
    { entity: "shop", entityKind: "pod", metric: "cpu", timesMs: [1], values: [7] },
  ]);
  expect(problems).toEqual([]);
});

it.each(["metrics.csv.gz", "metrics.csv.zst"])("reads %s", async (name) => {
  const { ask } = await opened({ [name]: `${SAMPLE_HEADER}\n1,shop,service,cpu,10` });
  expect(await ask("metric")).toMatchObject([{ values: [10] }]);
});

it("includes both ends of a window", async () => {
  const { series } = await samples(
    `${SAMPLE_HEADER}\n1,s,service,cpu,1\n2,s,service,cpu,2\n3,s,service,cpu,3\n4,s,service,cpu,4\n`,
    { startMs: 2, endMs: 3 },
  );
  expect(series).toMatchObject([{ timesMs: [2, 3] }]);
});

it("reports samples that are not numbers, and reads the rest", async () => {
  const { series, problems } = await samples(
    `${SAMPLE_HEADER}\n1,s,service,cpu,ten\nnoon,s,service,cpu,2\n3,s,service,cpu,\n` +
      "4,s,service,cpu,Infinity\n5,,service,cpu,5\n6,s,service,cpu,6\n7,s,service\n",
  );
  expect(series).toMatchObject([{ timesMs: [6], values: [6] }]);
  expect(problems.map(({ line, what }) => [line, what])).toEqual([
    [2, 'value is not a finite number: "ten"'],
    [3, 'timeUnixMs is not a number: "noon"'],
    [4, 'value is not a finite number: ""'],
    [5, 'value is not a finite number: "Infinity"'],
    [6, "entity or metric is empty"],
    [8, "the number of fields differs from the header: 3 instead of 5"],
  ]);
});

it("treats NaN, which Prometheus writes for a missing value, as no sample and no problem", async () => {
  const { series, problems } = await samples(
    `${SAMPLE_HEADER}\n1,s,service,cpu,NaN\n2,s,service,cpu,2\n3,s,service,cpu,nan\n`,
  );
  expect(series).toMatchObject([{ timesMs: [2], values: [2] }]);
  expect(problems).toEqual([]);
});

it("accepts columns in any order, extra columns, a byte order mark and Windows line ends", async () => {
  const { series, problems } = await samples(
    "\uFEFFvalue,unit,metric,entity,timeUnixMs,entityKind\r\n5,ms,latency,shop,1,service\r\n",
  );
  expect(series).toEqual([{ entity: "shop", entityKind: "service", metric: "latency", timesMs: [1], values: [5] }]);
  expect(problems).toEqual([]);
});

it("reads quoted cells with commas, quotes and line ends, and counts their lines", async () => {
  const { series, problems } = await samples(
    `${SAMPLE_HEADER}\n1,"a,b",service,"say ""hi""\nthere",5\n2,s,service,cpu,bad\n`,
  );
  expect(series).toMatchObject([{ entity: "a,b", metric: 'say "hi"\nthere' }]);
  expect(problems).toMatchObject([{ line: 4 }]);
});

it("loses only one line to a quote that is never closed", async () => {
  const rest = Array.from({ length: 60 }, (_, i) => `${i},s,service,cpu,${i}`);
  const { series, problems } = await samples(
    [SAMPLE_HEADER, '1,"s,service,cpu,1', ...rest, '9,"z,service,cpu,1'].join("\n"),
  );
  expect(series?.[0]?.values).toHaveLength(60);
  expect(problems).toMatchObject([
    { line: 2, what: "a quote is never closed" },
    { line: 63, what: "a quote is never closed" },
  ]);
});

it("loses only two lines to two misplaced quotes", async () => {
  const { series, problems } = await samples(
    `${SAMPLE_HEADER}\n1,"s,service,cpu,1\n2,s,service,cpu,2\n3,s,service,"cpu,3\n4,s,service,cpu,4\n`,
  );
  expect(series).toMatchObject([{ entity: "s", timesMs: [2, 4] }]);
  expect(problems).toMatchObject([{ line: 2 }, { line: 4 }]);
});

it.each([
  ["timeUnixMs,entity,entityKind,metric\n1,s,service,cpu", "columns missing: value; the file cannot be read"],
  [
    "1,s,service,cpu,5\n2,s,service,cpu,6",
    "columns missing: timeUnixMs, entity, metric, value; the file cannot be read",
  ],
])("reports which column of %j is missing", async (text, what) => {
  expect(await samples(text)).toEqual({ series: [], problems: [{ source: "metrics.csv", line: 1, what }] });
});

it("reads without an optional column, and says so", async () => {
  const { series, problems } = await samples("timeUnixMs,entity,metric,value\n1,s,cpu,5");
  expect(series).toMatchObject([{ entityKind: "service", values: [5] }]);
  expect(problems).toEqual([
    { source: "metrics.csv", line: 1, what: "columns missing: entityKind; read without them" },
  ]);
});

it("reports an empty file, but not a file with only a header", async () => {
  expect((await samples("")).problems).toEqual([
    { source: "metrics.csv", line: null, what: "empty, not even a header" },
  ]);
  expect(await samples(SAMPLE_HEADER)).toEqual({ series: [], problems: [] });
});

it("drops the last line of a truncated gz", async () => {
  const value = (i: number): number => ((i * 7919) % 1_000_003) + 1_000_000;
  const rows = Array.from({ length: 3000 }, (_, i) => `${i},s,service,cpu,${value(i)}`);
  const packed = gzipSync(`${SAMPLE_HEADER}\n${rows.join("\n")}\n`);
  const { ask, problems } = await opened({ "metrics.csv.gz": packed.subarray(0, packed.length - 500) });
  const [series] = await ask("metric");
  expect(series?.values.length).toBeGreaterThan(1000);
  expect(series?.values.every((value) => value >= 1_000_000)).toBe(true);
  expect(problems()).toEqual([
    { source: "metrics.csv.gz", line: null, what: expect.stringMatching(/damaged or cut off/), isCut: true },
  ]);
});

it("keeps nanoseconds exact, and roots, pods and statuses as recorded", async () => {
  const { spans, problems } = await spansOf(
    `${SPAN_HEADER}\nt,a,,shop,shop-1,GET /,1700000000000000001,1.5,OK\n` +
      "t,b,a,db,,SELECT,1700000000000000003,2,ERROR: gone\nt,c,0000000000000000,db,,SELECT,1700000000000000002,2,\n",
  );
  expect(spans).toEqual([
    {
      traceId: "t",
      spanId: "a",
      parentSpanId: null,
      service: "shop",
      pod: "shop-1",
      operation: "GET /",
      startUnixNano: 1_700_000_000_000_000_001n,
      durationUs: 1.5,
      status: "OK",
    },
    {
      traceId: "t",
      spanId: "b",
      parentSpanId: "a",
      service: "db",
      pod: null,
      operation: "SELECT",
      startUnixNano: 1_700_000_000_000_000_003n,
      durationUs: 2,
      status: "ERROR: gone",
    },
    {
      traceId: "t",
      spanId: "c",
      parentSpanId: null,
      service: "db",
      pod: null,
      operation: "SELECT",
      startUnixNano: 1_700_000_000_000_000_002n,
      durationUs: 2,
      status: "",
    },
  ]);
  expect(problems).toEqual([]);
});

it("reports impossible spans", async () => {
  const { spans, problems } = await spansOf(
    `${SPAN_HEADER}\nt,a,,shop,,GET,1.7e18,1,\nt,b,,shop,,GET,5,-1,\nt,c,,shop,,GET,5,,\n` +
      ",d,,shop,,GET,5,1,\nt,e,,shop,,GET,5,1,\n",
  );
  expect(spans.map(({ spanId }) => spanId)).toEqual(["e"]);
  expect(problems.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
});

it("returns a span if it starts inside the window", async () => {
  const { spans } = await spansOf(
    `${SPAN_HEADER}\nt,a,,s,,GET,999999,9000,\nt,b,,s,,GET,1000000,9000,\n` +
      "t,c,,s,,GET,2000000,9000,\nt,d,,s,,GET,2000001,9000,\n",
    { startMs: 1, endMs: 2 },
  );
  expect(spans.map(({ spanId }) => spanId)).toEqual(["b", "c"]);
});

it("skips a span that ends after asOf", async () => {
  const { spans } = await spansOf(
    `${SPAN_HEADER}\nt,a,,s,,GET,999000000,1000,\nt,b,,s,,GET,999000000,1000.001,\nt,c,,s,,GET,1000000001,0,\n`,
    ALL,
    { asOf: "1970-01-01T00:00:01Z" },
  );
  expect(spans.map(({ spanId }) => spanId)).toEqual(["a"]);
});
