import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { refuseReadableAnswers, suiteDigest, suiteFiles } from "../../../src/bench/runs/suite-files.ts";
import { tempDir, writeCase } from "../../compose/recorded-suite.ts";

const check = async (suite: string) => refuseReadableAnswers(await suiteFiles(suite));

async function suiteWith(path: string, text = "{}"): Promise<string> {
  const suite = await tempDir();
  await writeCase(suite, "a");
  await mkdir(dirname(join(suite, path)), { recursive: true });
  await writeFile(join(suite, path), text);
  return suite;
}

it.each([
  ["cases/oracles/a.json", undefined],
  ["cases/a/oracles/a.json", undefined],
  ["cases/a/oracle.json", undefined],
  ["cases/a/ground_truth.yaml", "groups: []"],
  ["cases/a/cluster/ground-truth.yaml", "groups: []"],
  ["cases/a/metadata.json", '{"root_cause": "stock"}'],
  ["cases/a/case.json", '{"id": "a", "faulty": true, "entities": [["stock"]]}'],
])("refuses an answer in %s", async (path, text) => {
  await expect(check(await suiteWith(path, text))).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining(path),
    hint: expect.stringContaining("`oracles` beside `cases`"),
  });
});

it.each([
  ["oracles/a.json", '{"id": "a", "faulty": true}'],
  ["shared/normal/metrics.csv", ""],
  ["cases/a/logs/answers-service.log", ""],
  ["cases/a/cluster/pods.json", '{"root_cause": "a word in a dump below the case is no answer"}'],
  ["cases/a/notes.json", "not json"],
])("reads a suite with %s", async (path, text) => {
  await expect(check(await suiteWith(path, text))).resolves.toBeUndefined();
});

it("gives one digest for the same cases anywhere, and another for a changed scenario or file", async () => {
  const digest = async (suite: string) => suiteDigest(await suiteFiles(suite));
  const [one, two] = [await tempDir(), await tempDir()];
  for (const suite of [one, two]) await writeCase(suite, "a");
  const before = await digest(one);
  expect(await digest(two)).toBe(before);
  expect(await digest(join(one, "cases"))).toBe(before);
  await writeFile(join(two, "cases/a/logs.jsonl"), "{}\n");
  expect(await digest(two)).not.toBe(before);
});
