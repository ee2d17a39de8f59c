import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { mineSet, scoreSet } from "../../bench-templates/mine-sets.ts";
import { readSets } from "../../bench-templates/read-sets.ts";
import { importTree } from "./import-suite.ts";
import { LINES, loghubTree } from "./trees/loghub.ts";
import { edited, without, writeTree } from "./trees/made-tree.ts";

it("becomes a labelled set whose templates are mined and scored", async () => {
  const { to, provenance } = await importTree("loghub", await writeTree(loghubTree()));
  const [set] = readSets(join(to, "sets"));
  expect(set?.lines).toHaveLength(LINES);
  expect(set?.lines[0]).toEqual({
    text: 'pool "main", size 0, exhausted',
    truth: "E1",
    template: 'pool "main", size <*>, exhausted',
  });
  expect(set && scoreSet(mineSet(set))).toMatchObject({ ga: 1, statements: 2 });
  expect((await readFile(join(to, "sets/Shop/raw.log"), "utf8")).split("\n").slice(0, 2)).toEqual([
    '2026-03-01 10:00:0 INFO pool "main", size 0, exhausted',
    "2026-03-01 10:00:1 INFO request 1 done in 7 ms",
  ]);
  expect(provenance).toMatchObject({ kind: "loghub", cases: 0, dropped: [], defects: [] });
});

it("says that templates are not corrected where the corrected table is missing", async () => {
  const { provenance } = await importTree("loghub", await writeTree(without(loghubTree(), /corrected/)));
  expect(provenance.defects).toEqual([
    { what: "sets without corrected templates", how: "EventTemplateCorrected repeats EventTemplate", count: 1 },
  ]);
});

it("refuses another tree, and says what was expected where", async () => {
  const wrong = edited(loghubTree(), "Shop/Shop_2k.log_structured.csv", "EventId", "Id");
  await expect(importTree("loghub", await writeTree(wrong))).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: "Shop/Shop_2k.log_structured.csv has no column EventId",
    hint: expect.stringContaining("LineId, Time, Level, Content, Id, EventTemplate"),
  });
  await expect(importTree("loghub", await writeTree({ "a.txt": "" }))).rejects.toThrow(/no \*\.log_structured\.csv/);
});
