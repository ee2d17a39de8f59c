import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { gzipLines, writeCase } from "../../../src/lab/record/case-files.ts";

const recorded = {
  id: "x-1",
  scenario: {},
  oracle: {},
  logs: ["{}"],
  metrics: ["h"],
  spans: ["h"],
  alerts: [],
  changes: [],
};

it("packs the same lines into the same bytes, on any system", () => {
  const packed = gzipLines(["one", "two"]);
  expect(gzipLines(["one", "two"])).toEqual(packed);
  expect([...packed.subarray(4, 8), packed[9]]).toEqual([0, 0, 0, 0, 255]); // no time of day, no system
  expect(gunzipSync(packed).toString()).toBe("one\ntwo\n");
});

it("writes the case and its answer to separate folders, replacing older ones", async () => {
  const out = mkdtempSync(join(tmpdir(), "causeway-test-"));
  mkdirSync(join(out, "cases/x-1"), { recursive: true });
  writeFileSync(join(out, "cases/x-1/topology.json"), "of an older recording");
  const bytes = await writeCase(out, recorded);
  expect(readdirSync(join(out, "cases/x-1")).sort()).toEqual([
    "alerts.jsonl.gz",
    "changes.jsonl.gz",
    "logs.jsonl.gz",
    "metrics.csv.gz",
    "scenario.json",
    "traces.csv.gz",
  ]);
  expect(readdirSync(join(out, "oracles"))).toEqual(["x-1.json"]);
  expect(bytes["logs.jsonl.gz"]).toBeGreaterThan(0);
});
