import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { freshPages, README } from "./readme-parts.ts";

const root = join(import.meta.dirname, "../..");
const pages = [
  README,
  join(root, "CONTRIBUTING.md"),
  join(root, "CHANGELOG.md"),
  ...globSync(join(root, "docs/**/*.md")),
];

it("shows the demo's real output and the graph as it is compiled (to mend: npm run readme)", async () => {
  const fresh = await freshPages();
  expect(new Map([...fresh.keys()].map((path) => [path, readFileSync(path, "utf8")]))).toEqual(fresh);
});

it("keeps the README within 200 lines of 120 columns", () => {
  const lines = readFileSync(README, "utf8").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(200);
  expect(lines.filter((line) => [...line].length > 120)).toEqual([]);
});

it("links in every page only to files that exist", () => {
  const broken = pages.flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/\]\((?!http)([^)#]+)(?:#[^)]*)?\)/g)].flatMap(([, path = ""]) =>
      existsSync(join(dirname(page), path)) ? [] : [`${page}: ${path}`],
    ),
  );
  expect(broken).toEqual([]);
});

it("keeps the glossary at 50 terms at most, and links it from README and CONTRIBUTING", () => {
  const rows = readFileSync(join(root, "docs/glossary.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| "));
  expect(rows.length - 1).toBeLessThanOrEqual(50);
  for (const page of [README, join(root, "CONTRIBUTING.md")])
    expect(readFileSync(page, "utf8")).toContain("docs/glossary.md");
});
