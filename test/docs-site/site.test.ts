import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Parser } from "htmlparser2";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../house/source-trees.ts";
import { buildSite } from "./build-site.ts";
import { headingId } from "./markdown.ts";
import { NAV } from "./nav.ts";
import { sourceMap } from "./source-map.ts";

let site: string;
beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), "causeway-site-"));
  await buildSite(site);
}, 60_000);
afterAll(() => rm(site, { recursive: true, force: true }));

const pages = (): string[] => globSync("**/*.html", { cwd: site });
function partsOf(page: string): { links: string[]; ids: Set<string> } {
  const links: string[] = [];
  const ids = new Set<string>();
  const parser = new Parser({
    onopentag(_, { href, src, id }) {
      for (const address of [href, src]) if (address !== undefined) links.push(address);
      if (id !== undefined) ids.add(id);
    },
  });
  parser.end(readFileSync(join(site, page), "utf8"));
  return { links, ids };
}

it("has every page of docs/ once in its navigation", () => {
  const listed = NAV.flatMap((group) => group.pages);
  const written = globSync("*.md", { cwd: join(ROOT, "docs") }).map((file) => file.replace(/\.md$/, ""));
  expect([...listed].toSorted()).toEqual(written.toSorted());
});

it("has no link that leads nowhere, and none to another host that loads something", () => {
  const dead = pages().flatMap((page) =>
    partsOf(page)
      .links.filter((link) => {
        if (/^(?:https?|mailto):/.test(link)) return false;
        const [path = "", hash] = link.split("#");
        const target = path === "" ? page : join(dirname(page), path);
        if (!existsSync(join(site, target))) return true;
        return hash !== undefined && target.endsWith(".html") && !partsOf(target).ids.has(decodeURIComponent(hash));
      })
      .map((link) => `${page}: ${link}`),
  );
  expect(dead).toEqual([]);
});

it("draws every folder of the source, and no arrow back", () => {
  const { nodes, edges } = sourceMap();
  const folders = globSync("*/", { cwd: join(ROOT, "src") }).map((name) => name.replace(/\/$/, ""));
  expect(nodes).toEqual(expect.arrayContaining(folders));
  for (const { from, to } of edges) expect(edges).not.toContainEqual({ from: to, to: from });
  expect(readFileSync(join(site, "map.html"), "utf8")).toContain(">remediation</text>");
});

it("draws the state machine, and keeps heading ids as GitHub makes them", () => {
  expect(readFileSync(join(site, "architecture.html"), "utf8")).toContain(">map-topology</text>");
  expect(headingId("What runs out next: `causeway forecast`".replaceAll("`", ""))).toBe(
    "what-runs-out-next-causeway-forecast",
  );
});
