import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { learn } from "../../../src/bench/runbooks/cross-validate.ts";
import { fitWeights, macroRecall, rankOfRight, type RankingCase } from "../../../src/bench/runbooks/fit-weights.ts";
import { PAGE_SIGNS, type PageSign, type PageSigns } from "../../../src/memory/pages/page-signs.ts";
import { causeway } from "../../cli/run-cli.ts";
import { tempDir } from "../../compose/recorded-suite.ts";

const signs = (parts: Partial<Record<PageSign, number>>): PageSigns =>
  Object.fromEntries(PAGE_SIGNS.map((sign) => [sign, parts[sign] ?? 0])) as PageSigns;
/** `letters` tells the right page; `vector` tells a wrong one. */
const pages = [signs({ vector: 1, letters: 0.2 }), signs({ letters: 1 }), signs({})];
const cases = Array.from({ length: 12 }, (_, at): RankingCase => ({
  group: `page-${at}`,
  weight: 1,
  measured: pages,
  signs: pages,
  right: new Set([1]),
}));

it("learns which signs tell the right page, and gives none a negative weight", () => {
  const weights = fitWeights(cases);
  expect(weights.letters).toBeGreaterThan(1);
  expect(Math.min(...Object.values(weights))).toBe(0);
  expect(cases.map((one) => rankOfRight(one, weights))).toEqual(cases.map(() => 1));
});

it("counts equal scores against the right page, and each page once", () => {
  const flat = Object.fromEntries(PAGE_SIGNS.map((sign) => [sign, 0])) as Record<PageSign, number>;
  expect(rankOfRight(cases[0] as RankingCase, flat)).toBe(3);
  const grouped = ["a", "a", "a", "b"].map((group) => ({ ...(cases[0] as RankingCase), group }));
  expect(macroRecall(grouped, [1, 1, 4, 2], 1)).toBeCloseTo(1 / 3);
});

it("says what is reached on pages and collections that were not learned from", () => {
  const { rows } = learn({ one: cases, two: cases.slice(0, 6) });
  expect(rows.map(({ learned, on }) => `${on}: ${learned}`)).toEqual([
    "one: all of both",
    "one: other pages (6 parts)",
    "one: the other collection",
    "two: all of both",
    "two: other pages (6 parts)",
    "two: the other collection",
  ]);
  expect(rows.every(({ recall }) => recall["R@1"] === 1)).toBe(true);
});

it("ranks the pages of a collection from the command line, without opening its answers", async () => {
  const suite = await tempDir();
  mkdirSync(join(suite, "wiki/corpus"), { recursive: true });
  writeFileSync(join(suite, "wiki/corpus/disk.md"), "# Disk full\nNo space left.");
  writeFileSync(join(suite, "wiki/corpus/certs.md"), "# Certificates\nRenew them.");
  const alert = { name: "DiskFull", labels: {}, annotations: {}, expr: "" };
  writeFileSync(join(suite, "wiki/queries.jsonl"), `${JSON.stringify({ id: "q", alert })}\n`);
  const out = join(suite, "out.jsonl");
  const argv = ["bench", "runbooks", "--suite", suite, "--collection", "wiki", "--out", out];
  expect(await causeway(argv)).toMatchObject({ code: 0, stdout: `1 alerts, 2 pages: ${out}\n` });
  expect(JSON.parse(readFileSync(out, "utf8"))).toEqual({ id: "q", ranking: ["disk", "certs"] });
  writeFileSync(join(suite, "wiki/queries.jsonl"), '{"id": 1}');
  expect((await causeway(argv)).stderr).toMatch(/queries.jsonl:1 [^]*id[^]*docs\/running-benches.md/);
});
