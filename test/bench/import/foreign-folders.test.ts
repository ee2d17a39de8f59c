import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Importer } from "../../../src/bench/import/importer.ts";
import { inputLog } from "../../../src/bench/import/inputs.ts";
import { importNotes } from "../../../src/bench/import/notes.ts";
import { openRows } from "../../../src/bench/import/row-files.ts";
import { runImport } from "../../../src/bench/import/run-import.ts";
import { readSourceTree, type SourceFile } from "../../../src/bench/import/source-tree.ts";
import { tempDir } from "../../compose/recorded-suite.ts";
import { writeTree } from "./trees/made-tree.ts";

/** Every file of the source is one set of lines. `crashAt`: the unit that fails. */
const linesOfFiles = (crashAt = ""): Importer => ({
  kind: "made",
  about: "made by hand",
  layout: "<n>.txt",
  version: 1,
  use: "lines",
  plan: async ({ tree }) =>
    tree.files.map((file) => ({
      name: file.path,
      async write(out) {
        if (file.path === crashAt) throw new Error("crash");
        await (await out.lines(`sets/${file.path}`)).close();
      },
    })),
});
const forced = (from: string, to: string, importer = linesOfFiles()) => ({
  importer,
  from,
  to,
  force: true,
  options: { only: null, entry: null, registry: null },
  version: "1",
});

it.each(["suite", "suite.importing", "suite.replaced"])("never removes a folder %s that is no suite", async (name) => {
  const [from, dir] = [await writeTree({ "a.txt": "one" }), await tempDir()];
  await mkdir(join(dir, name));
  await writeFile(join(dir, name, "thesis.md"), "mine");
  await expect(runImport(forced(from, join(dir, "suite")))).rejects.toMatchObject({ code: "REJECTED" });
  expect(await readFile(join(dir, name, "thesis.md"), "utf8")).toBe("mine");
});

it("never replaces a folder in which the source lies, also through a link", async () => {
  const from = await writeTree({ "bench/a.txt": "one", "provenance.json": "{}" });
  const link = join(await tempDir(), "link");
  await symlink(from, link);
  for (const to of [from, link, join(link, "bench"), join(link, "bench", "new")])
    await expect(runImport(forced(join(from, "bench"), to))).rejects.toMatchObject({ code: "REJECTED" });
  expect(await readFile(join(from, "bench/a.txt"), "utf8")).toBe("one");
});

it("writes a unit again whose record was cut off", async () => {
  const [from, to] = [await writeTree({ "a.txt": "one", "b.txt": "two" }), join(await tempDir(), "suite")];
  await expect(runImport(forced(from, to, linesOfFiles("b.txt")))).rejects.toThrow("crash");
  const [first = ""] = await readdir(join(`${to}.importing`, "units"));
  await writeFile(join(`${to}.importing`, "units", first), '{"name": "a.t');
  expect(await runImport(forced(from, to))).toMatchObject({ resumed: 0 });
  expect(await readdir(join(to, "sets"))).toEqual(["a.txt", "b.txt"]);
});

it("reads JSON lines that hold no objects, and one that would fill the memory", async () => {
  const long = `{"a": "${"x".repeat(9 * 1024 * 1024)}"}`;
  const from = await writeTree({ "rows.jsonl": ["null", "5", "[1]", "{", long, '{"a": 1}'].join("\n") });
  const reading = { inputs: inputLog(), notes: importNotes() };
  const rows = await openRows((await readSourceTree(from)).file("rows.jsonl") as SourceFile, reading);
  const read: object[] = [];
  for await (const batch of rows.batches) read.push(...batch);
  expect(read).toEqual([{ a: 1 }]);
  expect(reading.notes.all.map(({ how, count }) => [how, count])).toEqual([
    ["no JSON objects", 3],
    ["not JSON", 1],
    ["a line is longer than 8 MiB", 1],
  ]);
});
