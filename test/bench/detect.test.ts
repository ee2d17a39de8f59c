import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { detect } from "../../src/bench/detect/detect.ts";

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 2, 2);

function suite(): string {
  const dir = mkdtempSync(join(tmpdir(), "detect-"));
  for (const part of ["events/series", "cause/cases"]) mkdirSync(join(dir, part), { recursive: true });
  const points = Array.from({ length: 480 }, (_, at) => ({ at, value: at === 300 ? 900 : 50 + (at % 5) }));
  // a gap is left out, a sample without a value too
  const rows = points.map(
    ({ at, value }) => `${new Date(START + at * HOUR_MS).toISOString()},${at === 7 ? "" : value}`,
  );
  writeFileSync(join(dir, "events/series.jsonl"), '{"series":"spiky","metric":"x"}\n{"series":"calm","metric":"x"}\n');
  writeFileSync(join(dir, "events/series/spiky.csv"), ["time,value", ...rows].join("\n"));
  writeFileSync(join(dir, "events/series/calm.csv"), ["time,value", ...rows.slice(0, 200)].join("\r\n"));
  const seconds = Array.from({ length: 2016 + 12 }, (_, at) => (at - 2016) * 300);
  writeFileSync(
    join(dir, "cause/cases.jsonl"),
    `${JSON.stringify({ id: "c1", stepSeconds: 300, segment: { start: 0, end: 3300 }, excludeBaseline: [{ start: -86_400, end: -82_800 }] })}\n`,
  );
  const isOut = (second: number): boolean => second >= -86_400 && second <= -82_800;
  writeFileSync(
    join(dir, "cause/cases/c1.csv"),
    [
      "seconds,m01,m02,m03",
      ...seconds.map((s, at) => `${s},${(at % 7) / 10},0.5,${s >= 0 || isOut(s) ? 0.9 : 0.2}`),
    ].join("\n"),
  );
  return dir;
}

it("writes the events of each series, an empty list for a quiet one", () => {
  const lines = detect(suite(), "events", false).map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { series: "spiky", events: [{ start: "2026-03-14T12:00:00.000Z", end: "2026-03-14T12:00:00.000Z" }] },
    { series: "calm", events: [] },
  ]);
});

it("finds the same spike online", () => {
  const [first] = detect(suite(), "events", true).map((line) => JSON.parse(line));
  expect(first.events).toHaveLength(1);
});

it("ranks the metrics at fault first, with labelled trouble in the history left out", () => {
  expect(detect(suite(), "cause", false).map((line) => JSON.parse(line))).toEqual([
    { id: "c1", ranking: ["m03", "m01", "m02"] },
  ]);
});

it("says what a folder lacks, and which line is broken", () => {
  const dir = mkdtempSync(join(tmpdir(), "detect-"));
  expect(() => detect(dir, "events", false)).toThrow(/cannot read .*series\.jsonl/);
  mkdirSync(join(dir, "cause"));
  writeFileSync(join(dir, "cause/cases.jsonl"), '{"id":"../../etc"}\n');
  expect(() => detect(dir, "cause", false)).toThrow(/line 1/);
});
