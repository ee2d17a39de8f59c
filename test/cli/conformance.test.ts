import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tempDir } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

const REGISTRY = {
  source: "made",
  problems: [{ id: "a-detection-1", family: "a", task: "detection", expected: "Yes" }],
};
const item = (accuracy: string) => ({
  session: "s1",
  problem: "a-detection-1",
  assistantMessages: 2,
  submitMessages: ['```\nsubmit("Yes")\n```'],
  recorded: { "Detection Accuracy": accuracy, steps: 2 },
});

async function conformance(lines: readonly unknown[], rules = "2025-11") {
  const dir = await tempDir();
  const [items, registry] = [join(dir, "items.jsonl"), join(dir, "registry.json")];
  await writeFile(items, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
  await writeFile(registry, JSON.stringify(REGISTRY));
  return causeway(["bench", "conformance", "--items", items, "--registry", registry, "--rules", rules]);
}

it("exits with 0 when all agree, and says how many in the last line", async () => {
  const { code, stdout } = await conformance([item("Correct"), item("Correct")]);
  expect([code, stdout.trimEnd().split("\n").at(-1)]).toEqual([0, "2 of 2 agree"]);
});
it("exits with 1 when one does not, and shows both values", async () => {
  const { code, stdout } = await conformance([item("Correct"), item("Incorrect")]);
  expect([code, stdout.trimEnd().split("\n").at(-1)]).toEqual([1, "1 of 2 agree"]);
  expect(stdout).toContain('Detection Accuracy: recorded "Incorrect", here "Correct"');
});
it("names the line that is not an item, and refuses an empty file and other rules", async () => {
  expect((await conformance([item("Correct"), "{"])).stderr).toMatch(/items\.jsonl, line 2: not JSON/);
  expect((await conformance([{ session: "s" }])).stderr).toMatch(/line 1: .*problem/s);
  expect((await conformance([])).stderr).toMatch(/holds no line/);
  expect((await conformance([item("Correct")], "2024-01")).code).toBe(2);
});
