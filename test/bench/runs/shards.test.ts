import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { causeway } from "../../cli/run-cli.ts";
import { tempDir, writeCase } from "../../compose/recorded-suite.ts";
import { idsInShard } from "../../../src/bench/runs/shards.ts";
import { NO_HOME } from "../../no-home.ts";

const bench = (...argv: string[]) =>
  causeway(["bench", ...argv], { env: { CAUSEWAY_HOME: NO_HOME, LOG_LEVEL: "silent" } });
const withoutMs = (path: string): string => readFileSync(path, "utf8").replaceAll(/"ms":\d+/g, '"ms":0');
const tableIn = (text: string): string => text.replaceAll(/took \d+ ms/g, "");

async function suiteOf(...ids: string[]): Promise<string> {
  const suite = join(await tempDir(), "made");
  await mkdir(join(suite, "oracles"), { recursive: true });
  for (const id of ids) {
    await writeCase(suite, id);
    await writeFile(join(suite, "oracles", `${id}.json`), JSON.stringify({ id, entities: [["stock"]] }));
  }
  return suite;
}

it("gives every case to exactly one shard, by its place in the order of ids", () => {
  const ids = ["c", "a", "e", "b", "d"];
  expect([1, 2].map((at) => idsInShard(ids, { at, of: 2 }))).toEqual([
    ["a", "c", "e"],
    ["b", "d"],
  ]);
  expect([1, 2, 3].flatMap((at) => idsInShard(ids, { at, of: 3 })).toSorted()).toEqual(["a", "b", "c", "d", "e"]);
});

it("merges two shards to the file and the table of one run, and refuses what is no whole run", async () => {
  const suite = await suiteOf("a", "b", "c");
  const at = (name: string): string => join(suite, "..", name);
  const [one, two, all, merged] = ["1.jsonl", "2.jsonl", "all.jsonl", "merged.jsonl"].map(at) as [
    string,
    string,
    string,
    string,
  ];
  await bench("run", "--suite", suite, "--out", all);
  await bench("run", "--suite", suite, "--shard", "1/2", "--out", one);
  await bench("run", "--suite", suite, "--shard", "2/2", "--out", two);

  expect(await bench("merge", merged, two, one)).toMatchObject({
    code: 0,
    stdout: `3 predictions of 2 parts in ${merged}\n`,
  });
  expect(withoutMs(merged)).toBe(withoutMs(all));
  const table = (path: string) => bench("score", "--predictions", path, "--oracles", join(suite, "oracles"));
  const [ofOne, ofMerged] = [await table(all), await table(merged)];
  expect(ofOne.stdout).toContain("all: 3 cases");
  expect(tableIn(ofMerged.stdout)).toBe(tableIn(ofOne.stdout));

  expect(await table(one)).toMatchObject({ code: 1, stderr: expect.stringContaining("causeway bench merge") });
  expect((await bench("merge", merged, one)).stderr).toContain("1 of 3 cases are missing: b");
  expect((await bench("merge", merged, one, two, one)).stderr).toContain("both hold a, c");
  expect((await bench("merge", merged, one, all)).stderr).toContain("does not say which run it is a part of");
  expect((await bench("merge", one, one, two)).stderr).toContain("is the result and a part, too");
  expect((await bench("merge", merged, one, at("none.jsonl"))).stderr).toContain("cannot read the part");
  const cut = at("cut.jsonl");
  await writeFile(cut, readFileSync(one, "utf8").slice(0, -20));
  expect((await bench("merge", merged, cut, two)).stderr).toMatch(/cut\.jsonl, line 3: .*Run this shard again/s);

  const late = at("late.jsonl");
  await bench("run", "--suite", suite, "--shard", "2/2", "--late", "5", "--out", late);
  expect((await bench("merge", merged, one, late)).stderr).toMatch(/is not of the same run as .*other variation/);
});

it("refuses to score a shard, a shard without a file, and a shard without a case", async () => {
  const suite = await suiteOf("a");
  const out = join(suite, "../p.jsonl");
  expect((await bench("run", "--suite", suite, "--shard", "1/2", "--out", out, "--score")).stderr).toContain("--score");
  expect((await bench("run", "--suite", suite, "--shard", "1/2")).stderr).toContain("--shard needs --out");
  expect((await bench("run", "--suite", suite, "--shard", "2/2", "--out", out)).stderr).toContain("has only 1");
  for (const wrong of ["0/2", "3/2", "1", "a/b"])
    expect(await bench("run", "--suite", suite, "--shard", wrong, "--out", out)).toMatchObject({ code: 2 });
});
