import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const pages = globSync(["*.md", "docs/**/*.md", "fixtures/**/*.md", "runbooks/**/*.md"], { cwd: root });
/** CONTRIBUTING uses this vendor as its example of files to add. */
const EXAMPLE = "prometheus";

const matchesOf = (pattern: RegExp): { page: string; path: string }[] =>
  pages.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(pattern)].map(([, path = ""]) => ({ page, path })),
  );

it("finds the pages", () => {
  expect(pages.length).toBeGreaterThan(20);
});

it("links only to files that exist", () => {
  const links = matchesOf(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g).filter(({ path }) => !/^[a-z]+:/.test(path));
  expect(links.length).toBeGreaterThan(30);
  expect(links.filter(({ page, path }) => !existsSync(join(root, dirname(page), path)))).toEqual([]);
});

it("names only files of the repository that exist", () => {
  const named = matchesOf(/`((?:src|test|docs|runbooks|fixtures|bin)\/[\w./-]+)`/g);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(({ path }) => !path.includes(EXAMPLE) && !existsSync(join(root, path)))).toEqual([]);
});
