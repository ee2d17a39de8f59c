import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "rolldown/parseAst";

export const ROOT = join(import.meta.dirname, "../..");

/** A node of a syntax tree (ESTree with TypeScript), as far as the house tests read it. */
export type SyntaxNode = { type: string; start: number; [key: string]: unknown };

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

/** TypeScript files of a folder of the repository, ascending, relative to the root. */
export const sourceFiles = (folder: string): string[] =>
  globSync(`${folder}/**/*.ts`, { cwd: ROOT, exclude: ["test/*/node_modules/**"] }).toSorted();

export const readSource = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** All nodes of a file's syntax tree, parents first. */
export function* nodesOf(file: string): Generator<SyntaxNode> {
  const waiting: unknown[] = [parseAst(readSource(file), { lang: "ts" })];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (Array.isArray(next)) waiting.push(...next);
    else if (isNode(next)) {
      yield next;
      waiting.push(...Object.values(next).filter((value) => typeof value === "object"));
    }
  }
}
