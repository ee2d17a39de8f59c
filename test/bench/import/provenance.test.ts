import { createHash } from "node:crypto";
import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hashes, importTree, readJson } from "./import-suite.ts";
import { writeTree } from "./trees/made-tree.ts";
import { RE2_RUN, rcaevalTree, wideTable } from "./trees/rcaeval.ts";

it("says where the source came from: commit, address without password, licence, and a hash of every file it read", async () => {
  const from = await writeTree({
    ...rcaevalTree(),
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/packed-refs": `# pack-refs\n${"0a1b".repeat(10)} refs/heads/main\n`,
    ".git/config": '[remote "origin"]\n\turl = https://me:secret@example.org/rcaeval.git\n',
    "LICENSE.md": "made by hand",
  });
  const { to, provenance } = await importTree("rcaeval", from);
  expect(provenance.source).toEqual({
    path: from,
    repository: from,
    commit: "0a1b".repeat(10),
    remote: "https://example.org/rcaeval.git",
    licence: [{ file: join(from, "LICENSE.md"), sha256: createHash("sha256").update("made by hand").digest("hex") }],
  });
  const listed = (await readFile(join(to, "oracles/inputs.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  const text = wideTable();
  expect(listed).toContainEqual({
    path: `${RE2_RUN}/simple_metrics.csv`,
    bytes: text.length,
    sha256: createHash("sha256").update(text).digest("hex"),
  });
  expect(provenance.inputs.files).toBe(listed.length);
  expect(await readJson(join(to, "provenance.json"))).toEqual(provenance);
});

it("keeps paths that name the fault out of everything but the answers", async () => {
  const { to } = await importTree("rcaeval", await writeTree({ ...rcaevalTree(), [`${RE2_RUN}/logts.csv`]: "a\n1\n" }));
  const paths = Object.keys(await hashes(to)).filter((path) => !path.startsWith("oracles/"));
  const readable = paths.filter((path) => /\.(json|md)$/.test(path));
  const texts = await Promise.all(readable.map((path) => readFile(join(to, path), "utf8")));
  expect(readable).toEqual(["README.md", expect.stringContaining("scenario.json"), "provenance.json"]);
  expect([...paths, ...texts].filter((text) => text.includes("stock_cpu"))).toEqual([]);
  expect(await readFile(join(to, "oracles/notes.jsonl"), "utf8")).toContain(`${RE2_RUN}/logts.csv`);
});

it("follows no links, and says so", async () => {
  const from = await writeTree(rcaevalTree());
  await symlink("/etc/passwd", join(from, RE2_RUN, "more.csv"));
  const { provenance } = await importTree("rcaeval", from);
  expect(provenance.dropped).toContainEqual({
    what: "symbolic links",
    how: "they could lead out of the source",
    count: 1,
  });
});
