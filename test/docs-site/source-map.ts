import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { ROOT } from "../house/source-trees.ts";
import type { Drawing } from "./draw.ts";

const SRC = join(ROOT, "src");
/** Every folder imports these two: arrows to them would hide all others. */
const EVERYWHERE = new Set(["domain", "stats"]);

const folderOf = (path: string): string => path.split("/")[0]?.replace(/\.ts$/, "") ?? path;

/** The folders of `src/`, and which imports which, read from the code. Edges that follow from others are left out. */
export function sourceMap(): Drawing {
  const imports = new Map<string, Set<string>>();
  for (const file of globSync("**/*.ts", { cwd: SRC })) {
    const from = folderOf(file);
    const targets = imports.get(from) ?? new Set<string>();
    imports.set(from, targets);
    for (const [, path = ""] of readFileSync(join(SRC, file), "utf8").matchAll(
      /(?:from|import\(|import)\s*"(\.[^"]+)"/g,
    )) {
      const to = folderOf(relative(SRC, normalize(join(SRC, dirname(file), path))));
      if (to !== from) targets.add(to);
    }
  }
  const reach = (from: string, seen = new Set<string>()): Set<string> => {
    for (const to of imports.get(from) ?? [])
      if (!seen.has(to)) {
        seen.add(to);
        reach(to, seen);
      }
    return seen;
  };
  const nodes = [...imports.keys()].toSorted();
  const edges = nodes.flatMap((from) => {
    const direct = [...(imports.get(from) ?? [])].toSorted();
    return direct
      .filter((to) => !EVERYWHERE.has(to) || direct.every((one) => EVERYWHERE.has(one)))
      .filter((to) => !direct.some((other) => other !== to && reach(other).has(to)))
      .map((to) => ({ from, to }));
  });
  return { label: "Folders of the source, and which imports which", nodes, edges };
}
