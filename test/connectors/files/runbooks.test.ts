import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fileRunbooks } from "../../../src/connectors/files/runbooks.ts";
import { IncidentError } from "../../../src/domain/errors.ts";
import type { Problem } from "../../../src/domain/ports.ts";
import type { Runbook } from "../../../src/domain/runbook.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "causeway-runbooks-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Reads any text as a runbook, except for text with "broken". */
const readText = (text: string, { slug, origin }: { slug: string; origin: string }): Runbook => {
  if (text.includes("broken")) throw new IncidentError("BAD_INPUT", `${origin}: steps: gone`, { hint: "Write them." });
  return { name: slug, description: text, causes: [], entityKinds: [], steps: [], slug, body: "", origin };
};
function put(dir: string, slug: string, content: string | Uint8Array): void {
  mkdirSync(join(home, dir, slug), { recursive: true });
  writeFileSync(join(home, dir, slug, "SKILL.md"), content);
}
async function list(...dirs: string[]): Promise<{ slugs: string[]; runbooks: Runbook[]; problems: Problem[] }> {
  const problems: Problem[] = [];
  const runbooks = await fileRunbooks(
    dirs.map((dir) => join(home, dir)),
    readText,
  ).listRunbooks({ onProblem: (problem) => problems.push(problem) });
  return { slugs: runbooks.map(({ slug }) => slug), runbooks, problems };
}

it("lists the runbooks of all folders in the order of their names", async () => {
  put("a", "zulu", "x");
  put("b", "alfa", "x");
  expect(await list("a", "b")).toMatchObject({ slugs: ["alfa", "zulu"], problems: [] });
});

it("reports a broken runbook with what to do, and still loads the others", async () => {
  put("a", "bad", "broken");
  put("a", "good", "x");
  const { slugs, problems } = await list("a");
  expect(slugs).toEqual(["good"]);
  const origin = join(home, "a", "bad", "SKILL.md");
  expect(problems).toEqual([{ source: origin, line: null, what: `${origin}: steps: gone. Write them.` }]);
});

it("prefers the earlier folder, and reports it", async () => {
  put("own", "same", "own");
  put("shipped", "same", "shipped");
  const { runbooks, problems } = await list("own", "shipped");
  expect(runbooks.map(({ description }) => description)).toEqual(["own"]);
  expect(problems).toMatchObject([{ what: expect.stringContaining("takes precedence") }]);
});

it("skips files, and folders without a SKILL.md", async () => {
  put("a", "good", "x");
  mkdirSync(join(home, "a", "empty"));
  writeFileSync(join(home, "a", "README.md"), "broken");
  expect(await list("a")).toMatchObject({ slugs: ["good"], problems: [] });
});

it("reports a file that is not text, or not a file", async () => {
  put("a", "binary", Uint8Array.of(0xff, 0xfe, 0x00));
  mkdirSync(join(home, "a", "folder", "SKILL.md"), { recursive: true });
  expect((await list("a")).problems).toMatchObject([
    { what: "is not UTF-8 text" },
    { what: "cannot be read (EISDIR)" },
  ]);
});

it("finds nothing in a folder that does not exist, and refuses a file", async () => {
  expect((await list("nowhere")).slugs).toEqual([]);
  writeFileSync(join(home, "file"), "x");
  await expect(list("file")).rejects.toMatchObject({ name: "IncidentError", code: "UNAVAILABLE" });
});

it("does not hide a bug of the reader", async () => {
  put("a", "good", "x");
  const failing = fileRunbooks([join(home, "a")], () => {
    throw new TypeError("bug");
  });
  await expect(failing.listRunbooks()).rejects.toThrow(TypeError);
});
