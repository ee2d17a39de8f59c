import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tempDir } from "../../../compose/recorded-suite.ts";

/** Files by path, made by hand in a public layout. */
export type MadeTree = Record<string, string | Uint8Array>;

/** A tree in one public layout, with what its import must find. */
export type LayoutCase = {
  kind: string;
  tree: () => MadeTree | Promise<MadeTree>;
  /** Names that are accepted for the true root cause. */
  truth: string[];
  cause: string | null;
  /** What the analysis must name first, where the fault is plain enough. */
  found: string[] | null;
  /** The text of a registry of problems, for recorded sessions. */
  registry?: string;
  /** The same tree with a fault in its layout, and what must be said of it. */
  wrong: { change: (tree: MadeTree) => MadeTree; refusal: RegExp; expected: RegExp };
};

export async function writeTree(tree: MadeTree): Promise<string> {
  const dir = await tempDir();
  for (const [path, content] of Object.entries(tree)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
}

/** Replaces a text in a file of a tree. */
export const edited = (tree: MadeTree, path: string, from: string, to: string): MadeTree => ({
  ...tree,
  [path]: `${tree[path]}`.replaceAll(from, to),
});

export const without = (tree: MadeTree, pattern: RegExp): MadeTree =>
  Object.fromEntries(Object.entries(tree).filter(([path]) => !pattern.test(path)));
