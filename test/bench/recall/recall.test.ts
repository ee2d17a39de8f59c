import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { causeway } from "../../cli/run-cli.ts";
import { tempDir } from "../../compose/recorded-suite.ts";
import { writeRecallSuite } from "./write-suite.ts";

type Line = { id: string; ranking: string[] };
type Answer = { id: string; pages: string[]; earlier: string[] };
const linesOf = async <T>(path: string): Promise<T[]> =>
  (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line): T => JSON.parse(line));

/** Floors a little below what was measured (docs/memory.md). */
it.each([
  ["account", 0.75, 0.85],
  ["symptoms", 0.75, 0.85],
])("ranks an earlier account of the same failure first, by %s", async (query, first, firstThree) => {
  const dir = await tempDir();
  await writeRecallSuite(dir);
  const out = join(dir, "predictions.jsonl");
  const run = await causeway(["bench", "recall", "--suite", dir, "--query", query, "--out", out]);
  expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining("41 queries, 41 incidents") });
  const answers = new Map((await linesOf<Answer>(join(dir, "answers.jsonl"))).map((answer) => [answer.id, answer]));
  const predictions = await linesOf<Line>(out);
  expect(predictions.map(({ id }) => id)).toEqual([...answers.keys()]);
  for (const { id, ranking } of predictions) {
    expect(ranking.length).toBeLessThanOrEqual(10);
    expect(new Set(ranking).size).toBe(ranking.length);
    expect(ranking.filter((one) => answers.get(id)?.earlier.includes(one) !== true)).toEqual([]);
  }
  const answerable = predictions.filter(({ id }) => (answers.get(id)?.pages.length ?? 0) > 0);
  const share = (k: number): number =>
    answerable.filter(({ id, ranking }) => ranking.slice(0, k).some((one) => answers.get(id)?.pages.includes(one)))
      .length / answerable.length;
  expect(share(1)).toBeGreaterThanOrEqual(first);
  expect(share(3)).toBeGreaterThanOrEqual(firstThree);
  const others = predictions.filter(({ id }) => answers.get(id)?.pages.length === 0);
  expect(others.filter(({ ranking }) => ranking.length === 0).length / others.length).toBeGreaterThanOrEqual(0.5);
});

it("never ranks an incident of the same time or later, nor the query itself", async () => {
  const dir = await tempDir();
  await mkdir(join(dir, "corpus"));
  const text = "# Disk\nNo space left on device, the volume filled up.";
  const incidents = [
    { id: "a", at: "2024-01-01T00:00:00Z", title: "Disk" },
    { id: "b", at: "2024-01-02T00:00:00Z", title: "Disk" },
    { id: "c", at: "2024-01-02T00:00:00Z", title: "Disk" },
    { id: "d", at: "2024-01-03T00:00:00Z", title: "Disk" },
  ];
  for (const { id } of incidents) await writeFile(join(dir, "corpus", `${id}.md`), text);
  const lines = (values: object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");
  await writeFile(join(dir, "incidents.jsonl"), lines(incidents));
  await writeFile(join(dir, "queries.jsonl"), lines([{ ...incidents[1], account: text, symptoms: text }]));
  const out = join(dir, "out.jsonl");
  await causeway(["bench", "recall", "--suite", dir, "--out", out]);
  expect(await linesOf<Line>(out)).toEqual([{ id: "b", ranking: ["a"] }]);
});

it.each([
  ["no such folder", async () => undefined, "incidents.jsonl cannot be read"],
  [
    "a line without a time",
    async (dir: string) => {
      await mkdir(join(dir, "corpus"));
      await writeFile(join(dir, "incidents.jsonl"), '{"id":"a"}\n');
      await writeFile(join(dir, "queries.jsonl"), "");
    },
    "incidents.jsonl:1",
  ],
])("refuses %s, naming it", async (_what, make, why) => {
  const dir = await tempDir();
  await make(dir);
  const run = await causeway(["bench", "recall", "--suite", dir, "--out", join(dir, "o")]);
  expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining(why) });
});
