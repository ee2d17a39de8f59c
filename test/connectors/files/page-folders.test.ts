import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type PageLimits, pageFolders } from "../../../src/connectors/files/page-folders.ts";
import type { PageFile } from "../../../src/domain/runbook.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "causeway-pages-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function put(path: string, content: string | Uint8Array): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}
async function listed(
  folders: ReturnType<typeof pageFolders>,
): Promise<{ pages: PageFile[]; ids: string[]; problems: string[] }> {
  const problems: string[] = [];
  const pages = await folders.listPages({ onProblem: ({ source, what }) => problems.push(`${source}: ${what}`) });
  return { pages, ids: pages.map(({ id }) => id), problems };
}
const read = (dirs: string[], limits: Partial<PageLimits> = {}) =>
  listed(
    pageFolders(
      dirs.map((dir) => join(home, dir)),
      limits,
    ),
  );

it("reads pages of all formats below its folders, and no hidden files or programs", async () => {
  put("wiki/disk.md", "# Disk");
  put("wiki/db/pool.adoc", "= Pool");
  put("wiki/db/lag.rst", "Lag\n===");
  put("wiki/queue.html", "<html><head><title>Queue</title></head><body><h2>Backlog</h2><p>Scale.</p></body></html>");
  put("wiki/notes.txt", "Notes");
  for (const other of [".git/x.md", "node_modules/a/readme.md", "run.sh", "picture.png", ".hidden.md"])
    put(`wiki/${other}`, "no page");
  const { pages, ids, problems } = await read(["wiki"]);
  expect(ids).toEqual(["wiki/db/lag.rst", "wiki/db/pool.adoc", "wiki/disk.md", "wiki/notes.txt", "wiki/queue.html"]);
  expect(pages.find(({ id }) => id.endsWith("queue.html"))).toEqual({
    id: "wiki/queue.html",
    path: "queue.html",
    text: "## Backlog\n\nScale.",
  });
  expect(problems).toEqual([]);
});

it("says which files are no pages, and still reads the others", async () => {
  put("wiki/binary.md", new Uint8Array([35, 0, 1, 2]));
  put("wiki/latin.md", new Uint8Array([35, 32, 0xe9, 0x74]));
  put("wiki/deep.html", "<div>".repeat(3_000));
  put("wiki/line.md", "x".repeat(10 * 1024 ** 2));
  put("wiki/good.md", "# Good");
  mkdirSync(join(home, "empty"));
  const { pages, ids, problems } = await read(["wiki", "missing", "empty"]);
  expect(ids).toEqual(["wiki/good.md", "wiki/line.md"]);
  expect(pages[1]?.text).toHaveLength(256 * 1024);
  expect(problems).toEqual([
    "wiki: binary.md: is not text",
    expect.stringMatching(/^wiki: deep\.html: .*nested/),
    "wiki: latin.md: is not UTF-8 text",
    "wiki: line.md: only its first 256 KB are read",
    "missing: cannot be opened (ENOENT)",
    "empty: holds no page",
  ]);
});

it("cuts a long page between characters", async () => {
  put("wiki/umlauts.md", "ü".repeat(100));
  expect((await read(["wiki"], { pageBytes: 101 })).pages[0]?.text).toBe("ü".repeat(50));
});

it("follows links inside the folder only, and ends at a loop", async () => {
  put("secret/passwords.md", "# Passwords");
  put("wiki/a/page.md", "# Page");
  symlinkSync(join(home, "wiki"), join(home, "wiki/a/loop"));
  symlinkSync(join(home, "secret"), join(home, "wiki/out"));
  symlinkSync(join(home, "secret/passwords.md"), join(home, "wiki/leak.md"));
  symlinkSync(join(home, "nowhere"), join(home, "wiki/broken.md"));
  expect(await read(["wiki"])).toMatchObject({
    ids: ["wiki/a/page.md"],
    problems: [
      "wiki: leak.md: a link out of the folder is not followed",
      "wiki: out: a link out of the folder is not followed",
    ],
  });
});

it("reads a mounted ConfigMap, whose files are links", async () => {
  put("mount/..2026_11_30/page.md", "# Page");
  symlinkSync("..2026_11_30", join(home, "mount/..data"));
  symlinkSync("..data/page.md", join(home, "mount/page.md"));
  expect(await read(["mount"])).toMatchObject({ ids: ["mount/page.md"], problems: [] });
});

it("reads no more pages and bytes than its limits, and says so", async () => {
  for (const name of ["a", "b", "c"]) put(`wiki/${name}.md`, "0123456789");
  expect(await read(["wiki"], { files: 2 })).toMatchObject({
    ids: ["wiki/a.md", "wiki/b.md"],
    problems: [expect.stringContaining("1 pages were left out")],
  });
  expect((await read(["wiki"], { bytes: 25 })).ids).toEqual(["wiki/a.md", "wiki/b.md"]);
  expect((await read(["wiki"], { entries: 1 })).problems[0]).toContain("more than 1 files");
});

it("reads a changed page again, and keeps the others as they are", async () => {
  put("wiki/same.md", "# Same");
  const changing = put("wiki/changing.md", "# Old");
  const folders = pageFolders([join(home, "wiki")]);
  const before = await listed(folders);
  expect((await listed(folders)).pages.map((page, at) => page === before.pages[at])).toEqual([true, true]);
  writeFileSync(changing, "# New");
  utimesSync(changing, 2_000_000_000, 2_000_000_000);
  const after = await listed(folders);
  expect(after.pages.map(({ text }) => text)).toEqual(["# New", "# Same"]);
  expect(after.pages[1]).toBe(before.pages[1]);
  rmSync(changing);
  expect((await listed(folders)).ids).toEqual(["wiki/same.md"]);
});

it("tells folders of one name apart by their whole path, and lists a page once", async () => {
  put("one/runbooks/a.md", "# A");
  put("two/runbooks/a.md", "# A");
  expect((await read(["one/runbooks", "two/runbooks", "one/runbooks"])).ids).toEqual([
    join(home, "one/runbooks/a.md"),
    join(home, "two/runbooks/a.md"),
  ]);
});
