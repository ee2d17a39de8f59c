import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { expect, it } from "vitest";
import { csvRows } from "../../../src/bench/import/csv-rows.ts";
import { inputLog } from "../../../src/bench/import/inputs.ts";
import { readSourceTree } from "../../../src/bench/import/source-tree.ts";
import { lineSorter } from "../../../src/bench/import/sorted-lines.ts";
import { anyMs, anyNanos, epochNanos, isoNanos, sampleOf } from "../../../src/bench/import/times.ts";
import { statusOf } from "../../../src/bench/import/span-status.ts";
import { rangeOfQuery } from "../../../src/bench/import/openrca-query.ts";
import { tempDir } from "../../compose/recorded-suite.ts";
import { writeTree } from "./trees/made-tree.ts";

const NANOS = 1_772_361_000_123_456_789n;

it.each([
  ["seconds", "1772361000", 1_772_361_000_000_000_000n],
  ["seconds with a fraction", "1772361000.123456789", NANOS],
  ["milliseconds", "1772361000123", 1_772_361_000_123_000_000n],
  ["milliseconds with a fraction", "1772361000123.456789", NANOS],
  ["microseconds", "1772361000123456", 1_772_361_000_123_456_000n],
  ["nanoseconds", "1772361000123456789", NANOS],
  ["a float as Python prints it", "1.772361e+09", 1_772_361_000_000_000_000n],
  ["a date before 1970", "-6795364578871345152", null],
  ["a word", "nan", null],
  ["nothing", "", null],
])("reads an epoch in %s", (_unit, text, nanos) => {
  expect(epochNanos(text)).toBe(nanos);
});

it.each([
  ["2026-03-01T10:30:00.123456789Z", 0, NANOS],
  ["2026-03-01 10:30:00", 0, 1_772_361_000_000_000_000n],
  ["2026-03-01 18:30:00", 480, 1_772_361_000_000_000_000n],
  ["2026-03-01T18:30:00+08:00", 0, 1_772_361_000_000_000_000n],
  ["2026-03-01 10:30:00 +0000 UTC", 480, 1_772_361_000_000_000_000n],
  ["01.03.2026", 0, null],
])("reads the time %s where a text without a zone is %d minutes east", (text, zone, nanos) => {
  expect(isoNanos(text, zone)).toBe(nanos);
});

it("reads a time in either form, and takes no gap for a number", () => {
  expect([anyMs("1772361000"), anyMs("2026-03-01 10:30:00"), anyNanos("x")]).toEqual([
    1_772_361_000_000,
    1_772_361_000_000,
    null,
  ]);
  expect(["", " ", "NaN", "inf", "null", "0"].map(sampleOf)).toEqual([null, null, null, null, null, 0]);
});

it.each([
  ["200", "OK"],
  ["0", "OK"],
  ["404", ""],
  ["503", "ERROR: 503"],
  ["14", "ERROR: 14"],
  ["STATUS_CODE_ERROR", "ERROR"],
  ["False", "ERROR"],
  ["Unset", ""],
])("takes the status %s for %j", (text, status) => {
  expect(statusOf(text)).toBe(status);
});

it.each([
  [
    "On March 4, 2021, within the time range of 14:30 to 15:00, one failure.",
    "2021-03-04T06:30:00.000Z",
    "2021-03-04T07:00:00.000Z",
  ],
  [
    "From 2022-03-20 09:00:00 to 2022-03-20 09:30:00 something failed.",
    "2022-03-20T01:00:00.000Z",
    "2022-03-20T01:30:00.000Z",
  ],
  [
    "During March 20th, 2022, from 23:30 to 00:00, two failures.",
    "2022-03-20T15:30:00.000Z",
    "2022-03-20T16:00:00.000Z",
  ],
])("finds the range of time in %j, in UTC+8", (text, start, end) => {
  const range = rangeOfQuery(text);
  expect(range && [new Date(range.startMs).toISOString(), new Date(range.endMs).toISOString()]).toEqual([start, end]);
});
it("finds no range where a query names none", () => {
  expect(rangeOfQuery("What failed yesterday?")).toBeNull();
});

async function rowsOf(content: string | Uint8Array, name = "t.csv"): Promise<{ rows: string[][]; bad: number }> {
  const { files } = await readSourceTree(await writeTree({ [name]: content }));
  const rows: string[][] = [];
  let bad = 0;
  for await (const batch of csvRows(files[0] as (typeof files)[number], inputLog(), { onBad: () => (bad += 1) }))
    rows.push(...batch);
  return { rows, bad };
}

const TABLE = 'time,message\r\n1,"two\nlines, ""quoted"""\r\n\r\n2,\r\n';
const ROWS = [
  ["time", "message"],
  ["1", 'two\nlines, "quoted"'],
  ["2", ""],
];

it("reads quotes, line ends in quotes, CRLF, empty lines, missing values and a byte order mark", async () => {
  expect(await rowsOf(`\uFEFF${TABLE}`)).toEqual({ rows: ROWS, bad: 0 });
});

it.each([
  ["gz", (text: string) => gzipSync(text)],
  ["zst", (text: string) => zstdCompressSync(text)],
  ["zip", (text: string) => zipSync({ "t.csv": Buffer.from(text) })],
])("reads a table compressed as .%s", async (ending, pack) => {
  expect((await rowsOf(pack(TABLE), `t.csv.${ending}`)).rows).toEqual(ROWS);
});

it("reads rows of different lengths, and a quote within a cell", async () => {
  expect((await rowsOf('a,b\n1\n2,it is 5" long,3\n')).rows).toEqual([["a", "b"], ["1"], ["2", 'it is 5" long', "3"]]);
});

it("loses only the line of a quote that is never closed, and says so", async () => {
  const text = `a,b\n1,"open\n${"2,x\n".repeat(1000)}`;
  const { rows, bad } = await rowsOf(text);
  expect([rows.length, bad]).toEqual([1001, 1]);
});

it("skips a line that would fill the memory", async () => {
  const { rows, bad } = await rowsOf(`a,b\n1,${"x".repeat(9 * 1024 * 1024)}\n2,z\n`);
  expect({ rows, bad }).toEqual({
    rows: [
      ["a", "b"],
      ["2", "z"],
    ],
    bad: 1,
  });
});

it("reads what another program wrote, whatever the cells hold", async () => {
  const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", " ", "ä") });
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  await fc.assert(
    fc.asyncProperty(table, async (cells) => {
      const { rows } = await rowsOf(cells.map((row) => row.map(quoted).join(",")).join("\r\n"));
      expect(rows).toEqual(cells);
    }),
    { numRuns: 100 },
  );
});

it("names a damaged file", async () => {
  const packed = gzipSync(TABLE.repeat(5_000));
  await expect(rowsOf(packed.subarray(0, packed.length / 2), "t.csv.gz")).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining("t.csv cannot be read"),
  });
  await expect(rowsOf("no archive at all", "t.csv.zip")).rejects.toThrow("t.csv cannot be read");
  const two = zipSync({ "a.csv": Buffer.from("a"), "b.csv": Buffer.from("b") });
  await expect(rowsOf(two, "t.csv.zip")).rejects.toThrow("several files");
});

it("sorts more lines than memory should hold, equal times in the order of arrival", async () => {
  const dir = await tempDir();
  const sorter = lineSorter(dir, "logs");
  const count = 30_000;
  const padding = "x".repeat(400);
  for (let at = 0; at < count; at += 1) {
    sorter.add(BigInt((at * 7919) % 1000) * 1_000_000_000n, JSON.stringify({ at, padding }));
    if (at % 1000 === 0) await sorter.settle();
  }
  const order: number[] = [];
  for await (const batch of sorter.sorted())
    for (const line of batch) order.push((JSON.parse(line) as { at: number }).at);
  const expected = Array.from({ length: count }, (_, at) => at).sort(
    (a, b) => ((a * 7919) % 1000) - ((b * 7919) % 1000) || a - b,
  );
  expect(order).toEqual(expected);
});

it("prefers the plain file where a compressed copy lies beside it", async () => {
  const from = await writeTree({ "t.csv": "plain" });
  await writeFile(join(from, "t.csv.gz"), gzipSync("packed"));
  const tree = await readSourceTree(from);
  expect(tree.files.map(({ path, coding }) => [path, coding])).toEqual([["t.csv", "plain"]]);
});
