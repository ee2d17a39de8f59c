import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { publish } from "../../src/bench/publish.ts";
import { tempDir } from "../compose/recorded-suite.ts";

const section = (title: string, ...rows: string[][]) => ({
  title,
  note: "note",
  head: ["suite", "AC@1"],
  rows,
  data: { of: title },
});
const read = async (dir: string, name: string) => readFile(join(dir, name), "utf8");

it("replaces the text between its markers, and keeps the prose and the other sections", async () => {
  const dir = await tempDir();
  await publish(dir, { quiet: section("Quiet", ["a|b", "1"]) });
  const made = await read(dir, "benchmarks.md");
  await writeFile(join(dir, "benchmarks.md"), `Prose before.\n\n${made}\nProse after.\n`);
  await publish(dir, { scores: section("Scores", ["shop", "0.5"]) });
  await publish(dir, { scores: section("Scores", ["shop", "0.7"]) });
  const text = await read(dir, "benchmarks.md");
  expect(text.startsWith("Prose before.")).toBe(true);
  expect(text.trimEnd().endsWith("Prose after.")).toBe(true);
  expect(text).toContain("| shop | 0.7 |");
  expect(text).not.toContain("0.5");
  expect(text).toContain("| a\\|b | 1 |");
  expect(text.indexOf("### Scores")).toBeLessThan(text.indexOf("### Quiet"));
  expect(JSON.parse(await read(dir, "benchmarks.json"))).toMatchObject({
    schema: "causeway.benchmarks/1",
    sections: { quiet: { data: { of: "Quiet" } }, scores: { rows: [["shop", "0.7"]] } },
  });
});

it("appends its part to a text without markers", async () => {
  const dir = await tempDir();
  await writeFile(join(dir, "benchmarks.md"), "# Benchmarks\n\nSaid by a person.\n");
  await publish(dir, { scores: section("Scores") });
  expect(await read(dir, "benchmarks.md")).toMatch(/^# Benchmarks\n\nSaid by a person\.\n\n<!-- bench/);
});

it("does not overwrite figures that it cannot read", async () => {
  const dir = await tempDir();
  await writeFile(join(dir, "benchmarks.json"), "{ half");
  await expect(publish(dir, { scores: section("Scores") })).rejects.toMatchObject({ code: "BAD_INPUT" });
  expect(await read(dir, "benchmarks.json")).toBe("{ half");
  await expect(publish(join(dir, "no/such"), { scores: section("Scores") })).rejects.toMatchObject({ code: "CONFIG" });
});
