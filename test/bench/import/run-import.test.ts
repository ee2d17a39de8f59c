import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Importer } from "../../../src/bench/import/importer.ts";
import { oracleOf, scenarioOf } from "../../../src/bench/import/scenario-parts.ts";
import { runImport } from "../../../src/bench/import/run-import.ts";
import { tempDir } from "../../compose/recorded-suite.ts";
import { hashes, importTree } from "./import-suite.ts";
import { writeTree } from "./trees/made-tree.ts";
import { rcaevalTree } from "./trees/rcaeval.ts";

/** Fails at one unit, as a crash would. */
const failingAt = (unit: string) => (path: string) => {
  if (path === unit) throw new Error("crash");
};
/** A layout whose units are the files of the source. @param onUnit may fail, as a crash would. */
const crashing = (onUnit: (path: string) => void): Importer => ({
  kind: "made",
  about: "made by hand",
  layout: "<n>.txt",
  version: 1,
  plan: async ({ tree }) =>
    tree.files.map((file) => ({
      name: file.path,
      async write(out, { inputs }) {
        const id = file.path.replace(".txt", "");
        const folder = await out.openCase(id);
        folder.log({ nanos: 1_772_361_000_000_000_000n, service: "orders", body: await inputs.text(file) });
        onUnit(file.path);
        const parts = {
          id,
          suite: "made",
          system: null,
          title: "made",
          alarmAtMs: null,
          window: null,
          entry: null,
          tasks: [],
        };
        await out.finishCase(id, folder, scenarioOf(parts), oracleOf(id, [["orders"]]));
      },
    })),
});
const request = (importer: Importer, from: string, to: string) => ({
  importer,
  from,
  to,
  force: false,
  options: { only: null, entry: null, registry: null },
  version: "1",
});
const threeFiles = { "a.txt": "one", "b.txt": "two", "c.txt": "three" };

it("gives the same bytes for the same source", async () => {
  const from = await writeTree(rcaevalTree());
  const [one, two] = [await importTree("rcaeval", from), await importTree("rcaeval", from)];
  expect(await hashes(one.to)).toEqual(await hashes(two.to));
});

it("goes on after a crash without repeating what was finished, and gives the same suite", async () => {
  const [from, to] = [await writeTree(threeFiles), join(await tempDir(), "suite")];
  const written: string[] = [];
  const crash = crashing((path) => {
    written.push(path);
    if (path === "b.txt" && written.length === 2) throw new Error("the power went");
  });
  await expect(runImport(request(crash, from, to))).rejects.toThrow("the power went");
  await expect(readdir(to)).rejects.toThrow("ENOENT");
  const { resumed, provenance } = await runImport(request(crash, from, to));
  expect({ resumed, written, cases: provenance.cases }).toEqual({
    resumed: 1,
    written: ["a.txt", "b.txt", "b.txt", "c.txt"],
    cases: 3,
  });
  const undisturbed = join(await tempDir(), "suite");
  await runImport(
    request(
      crashing(() => undefined),
      from,
      undisturbed,
    ),
  );
  expect(await hashes(to)).toEqual(await hashes(undisturbed));
  expect(await readdir(join(to, ".."))).toEqual(["suite"]);
});

it("writes a unit again whose parts were moved, but whose record was not", async () => {
  const [from, to] = [await writeTree(threeFiles), join(await tempDir(), "suite")];
  await expect(runImport(request(crashing(failingAt("c.txt")), from, to))).rejects.toThrow("crash");
  const units = await readdir(join(`${to}.importing`, "units"));
  await rm(join(`${to}.importing`, "units", units[0] ?? ""));
  const { resumed } = await runImport(
    request(
      crashing(() => undefined),
      from,
      to,
    ),
  );
  expect(resumed).toBe(1);
  expect(await readdir(join(to, "cases"))).toEqual(["a", "b", "c"]);
});

it("starts anew when the source changed after the crash", async () => {
  const [from, to] = [await writeTree(threeFiles), join(await tempDir(), "suite")];
  await expect(runImport(request(crashing(failingAt("c.txt")), from, to))).rejects.toThrow("crash");
  await writeFile(join(from, "a.txt"), "another text");
  const { resumed } = await runImport(
    request(
      crashing(() => undefined),
      from,
      to,
    ),
  );
  expect(resumed).toBe(0);
});

it("replaces a suite only when it is asked to, and only when the new one is complete", async () => {
  const [from, to] = [await writeTree(threeFiles), join(await tempDir(), "suite")];
  await runImport(
    request(
      crashing(() => undefined),
      from,
      to,
    ),
  );
  const before = await hashes(to);
  await expect(
    runImport(
      request(
        crashing(() => undefined),
        from,
        to,
      ),
    ),
  ).rejects.toMatchObject({
    code: "REJECTED",
    hint: expect.stringContaining("--force"),
  });
  await writeFile(join(from, "d.txt"), "four");
  const forced = {
    ...request(crashing(failingAt("d.txt")), from, to),
    force: true,
  };
  await expect(runImport(forced)).rejects.toThrow("crash");
  expect(await hashes(to)).toEqual(before);
  const done = await runImport({ ...forced, importer: crashing(() => undefined) });
  expect(done).toMatchObject({ resumed: 3, provenance: { cases: 4 } });
  expect(await readdir(join(to, ".."))).toEqual(["suite"]);
});

it("takes the old suite back after a crash between the two last moves", async () => {
  const [from, to] = [await writeTree(threeFiles), join(await tempDir(), "suite")];
  await mkdir(`${to}.replaced`);
  await writeFile(join(`${to}.replaced`, "README.md"), "the old suite");
  await writeFile(join(`${to}.replaced`, "provenance.json"), "{}");
  await expect(
    runImport(
      request(
        crashing(() => undefined),
        from,
        to,
      ),
    ),
  ).rejects.toThrow("is not empty");
  expect(await readFile(join(to, "README.md"), "utf8")).toBe("the old suite");
});

it("ends in the middle of a part when it is interrupted, and goes on with that part", async () => {
  const [from, to] = [await writeTree(threeFiles), join(await tempDir(), "suite")];
  const end = new AbortController();
  const importer = crashing((path) => path === "b.txt" && end.abort());
  await expect(runImport({ ...request(importer, from, to), signal: end.signal })).rejects.toThrow("aborted");
  expect(await runImport(request(importer, from, to))).toMatchObject({ resumed: 2 });
  const aborted = AbortSignal.abort();
  await expect(runImport({ ...request(importer, from, to), force: true, signal: aborted })).rejects.toThrow("aborted");
});

it("says in words that the disk is full, and what to do", async () => {
  const [from, to] = [await writeTree(threeFiles), join(await tempDir(), "suite")];
  const full = crashing(() => {
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  });
  await expect(runImport(request(full, from, to))).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("no space left"),
    hint: expect.stringContaining("Make room"),
  });
});

it.each([
  ["a folder that does not exist", { from: "/nowhere/at/all" }, "NOT_FOUND", /there is no folder/],
  ["a part that does not exist", { options: { only: "RE9" } }, "NOT_FOUND", /nothing in .* is left to import/],
])("refuses %s", async (_what, changes: object, code, message) => {
  const from = await writeTree(rcaevalTree());
  await expect(importTree("rcaeval", (changes as { from?: string }).from ?? from, changes)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

it("refuses an archive and a target inside of the source", async () => {
  const from = await writeTree({ ...rcaevalTree(), "RE2.zip": "PK" });
  await expect(importTree("rcaeval", join(from, "RE2.zip"))).rejects.toMatchObject({
    hint: expect.stringContaining("Unpack"),
  });
  await expect(importTree("rcaeval", from, { to: join(from, "suite") })).rejects.toThrow("lies in the source");
});
