import { expect, it } from "vitest";
import { queryFor } from "../../src/domain/query.ts";
import type { Change } from "../../src/domain/telemetry.ts";
import { memorySource } from "../../src/telemetry/memory-source.ts";
import { telemetryRecorder } from "../../src/telemetry/recorder.ts";

const SHA = "4e1f0c2a9b7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f";
const deploy = (timeUnixMs: number, more: Partial<Change> = {}): Change => ({
  timeUnixMs,
  entity: "cart",
  kind: "deploy",
  id: SHA,
  summary: "deployed main",
  ...more,
});

it("records a change that two sources report as one, so that its replay reads what the analysis read", async () => {
  const recorder = telemetryRecorder({ append: async () => undefined });
  const telemetry = recorder.record([
    memorySource("change", "github", async () => [deploy(5, { url: "https://forge/1" })]),
    memorySource("change", "reported", async () => [deploy(7, { author: "ada" })]),
  ]);
  const query = queryFor("change", { startMs: 0, endMs: 10 });
  for (const source of [...telemetry, ...telemetry]) await source.query(query);
  expect(recorder.read().change).toEqual([deploy(5, { url: "https://forge/1", author: "ada" })]);
});
