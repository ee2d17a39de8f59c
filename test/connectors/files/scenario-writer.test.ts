import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openScenarioWriter, type ScenarioRecords } from "../../../src/connectors/files/scenario-writer.ts";
import { incident } from "../../agent/fakes.ts";

const newDir = (): string => join(mkdtempSync(join(tmpdir(), "causeway-recording-")), "case");
const nothing: ScenarioRecords = {
  hasLogs: true,
  logReading: {},
  pastAlerts: [],
  metric: [],
  trace: null,
  alert: [],
  change: null,
  cluster: null,
  topology: null,
};
/** More than the compressor keeps to itself. */
const noise = (): Uint8Array => crypto.getRandomValues(new Uint8Array(65_536));

it("shows no file before all are whole", async () => {
  const dir = newDir();
  const writer = await openScenarioWriter(dir);
  await writer.append("logs.jsonl", noise());
  expect(readdirSync(dir)).toEqual([".part"]);
  const files = await writer.finish(incident, nothing);
  expect(files).toEqual(["alerts.jsonl.gz", "logs.jsonl.gz", "metrics.csv.gz", "scenario.json"]);
  expect(readdirSync(dir).toSorted()).toEqual(files);
});

it("leaves nothing behind on a full disk, and says so", async () => {
  const dir = newDir();
  const writer = await openScenarioWriter(dir);
  symlinkSync("/dev/full", join(dir, ".part", "logs.jsonl.gz")); // Linux answers each write to it with ENOSPC
  const writes = async (): Promise<void> => {
    for (let chunk = 0; chunk < 100; chunk += 1) await writer.append("logs.jsonl", noise());
  };
  const full = { code: "CONFIG", message: `${dir} cannot be written (ENOSPC)`, hint: /The disk is full/ };
  await expect(writes()).rejects.toMatchObject({ ...full, hint: expect.stringMatching(full.hint) });
  // the analysis takes it for a source that failed, and goes on
  await expect(writer.finish(incident, nothing)).rejects.toMatchObject({ message: full.message });
  expect(existsSync(dir)).toBe(false);
});

it("removes what a killed process left, and keeps everything else", async () => {
  const dir = newDir();
  mkdirSync(join(dir, ".part"), { recursive: true });
  writeFileSync(join(dir, ".part", "metrics.csv.gz"), "half");
  const writer = await openScenarioWriter(dir);
  await writer.discard();
  expect(existsSync(dir)).toBe(false);
  mkdirSync(dir);
  writeFileSync(join(dir, "mine.txt"), "");
  await expect(openScenarioWriter(dir)).rejects.toMatchObject({ code: "REJECTED" });
  expect(readdirSync(dir)).toEqual(["mine.txt"]);
});
