import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, it } from "vitest";

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

const src = join(import.meta.dirname, "../../src");
const imports = globSync("**/*.ts", { cwd: src }).flatMap((file) =>
  [...readFileSync(join(src, file), "utf8").matchAll(/(?:from|import\(|import)\s*"(\.[^"]+)"/g)].map(([, target]) => ({
    from: file,
    to: relative(src, normalize(join(src, dirname(file), target ?? ""))),
  })),
);

const graphOf = (edges: readonly { from: string; to: string }[]): Graph => {
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of edges) if (from !== to) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  return graph;
};

/** One circle, each node importing the next; null when there is none. */
function circleIn(graph: Graph): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] | null => {
    const at = path.indexOf(node);
    if (at !== -1) return [...path.slice(at), node];
    if (done.has(node)) return null;
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next);
      if (circle !== null) return circle;
    }
    path.pop();
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const circle = visit(node);
    if (circle !== null) return circle;
  }
  return null;
}

/**
 * Imports between the parts of a folder: its files, and each of its sub-folders as one part. It is a circle when a
 * sub-folder imports a file of its folder that, directly or not, imports the sub-folder.
 */
function partsOf(folder: string): Graph {
  const partOf = (path: string): string => relative(folder, path).split("/")[0] ?? path;
  const isInside = (path: string): boolean => path.startsWith(`${folder}/`);
  return graphOf(
    imports
      .filter(({ from, to }) => isInside(from) && isInside(to))
      .map(({ from, to }) => ({ from: partOf(from), to: partOf(to) })),
  );
}

const folders = [...new Set(globSync("**/*.ts", { cwd: src }).map(dirname))]
  .flatMap((path) => path.split("/").map((_, depth, parts) => parts.slice(0, depth + 1).join("/")))
  .filter((folder, at, all) => folder !== "." && all.indexOf(folder) === at);

it("finds a circle", () => {
  const edges = [
    { from: "a", to: "b" },
    { from: "b", to: "c" },
    { from: "c", to: "b" },
  ];
  expect(circleIn(graphOf(edges))).toEqual(["b", "c", "b"]);
});

it("has no circle between files", () => {
  expect(circleIn(graphOf(imports))).toBeNull();
});

it.each(folders)("%s has no circle between its files and sub-folders", (folder) => {
  expect(circleIn(partsOf(folder))).toBeNull();
});
