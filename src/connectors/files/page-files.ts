import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** A page file. `path`: below its folder, with `/`. `real`: with links resolved. */
export type PlacedFile = { path: string; real: string; bytes: number; mtimeMs: number };
type Walk = {
  /** Entries of folders that are looked at. */
  entries: number;
  problem: (what: string, isCut?: boolean) => void;
  signal?: AbortSignal | undefined;
};

const PAGE = /\.(?:md|markdown|mdx|adoc|asciidoc|rst|html?|txt)$/i;
const MAX_DEPTH = 24;
/** Programs, not pages. */
const SKIPPED = new Set(["node_modules", "__pycache__", "vendor"]);

/**
 * Finds the page files below a folder, by path. Hidden files and folders are left out. Links are followed inside the
 * folder only, each folder once, so that a loop ends.
 *
 * @returns null if the folder cannot be opened.
 */
export async function listPageFiles(dir: string, { entries, problem, signal }: Walk): Promise<PlacedFile[] | null> {
  const root = await realpath(dir).catch((cause: unknown) => void problem(`cannot be opened (${codeOf(cause)})`));
  if (root === undefined) return null;
  const found: PlacedFile[] = [];
  const seen = new Set([root]);
  const open: { real: string; path: string[] }[] = [{ real: root, path: [] }];
  let left = entries;
  for (let folder = open.shift(); folder !== undefined; folder = open.shift()) {
    signal?.throwIfAborted();
    const { real, path } = folder;
    const shown = path.join("/");
    const listed = await readdir(real, { withFileTypes: true }).catch(
      (cause: unknown) => void problem(`${shown || "the folder"} cannot be listed (${codeOf(cause)})`),
    );
    for (const entry of (listed ?? []).toSorted(byName)) {
      if (entry.name.startsWith(".") || SKIPPED.has(entry.name)) continue;
      if ((left -= 1) < 0) {
        problem(`has more than ${entries} files; the rest was left out`, true);
        return found.toSorted(byPath);
      }
      const mayBe = entry.isDirectory() || PAGE.test(entry.name) || entry.isSymbolicLink();
      const placed = mayBe ? await placeOf(root, join(real, entry.name)) : null;
      if (placed === null) continue;
      if (placed === "outside") problem(`${[...path, entry.name].join("/")}: a link out of the folder is not followed`);
      else if (placed.isFolder && !seen.has(placed.real)) {
        seen.add(placed.real);
        if (path.length < MAX_DEPTH) open.push({ real: placed.real, path: [...path, entry.name] });
        else problem(`${[...path, entry.name].join("/")}: folders deeper than ${MAX_DEPTH} are left out`, true);
      } else if (placed.isFile && PAGE.test(entry.name))
        found.push({ ...placed, path: [...path, entry.name].join("/") });
    }
  }
  return found.toSorted(byPath);
}

/** Null: a link that leads nowhere, or a file that is gone. */
async function placeOf(
  root: string,
  path: string,
): Promise<(Omit<PlacedFile, "path"> & { isFile: boolean; isFolder: boolean }) | "outside" | null> {
  try {
    const real = await realpath(path);
    const steps = relative(root, real).split(sep);
    if (steps[0] === "..") return "outside";
    const { size, mtimeMs, ...kind } = await stat(real).then((is) => ({
      size: is.size,
      mtimeMs: is.mtimeMs,
      isFile: is.isFile(),
      isFolder: is.isDirectory(),
    }));
    return { real, bytes: size, mtimeMs, ...kind };
  } catch {
    return null;
  }
}

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : 1);
const byPath = (a: PlacedFile, b: PlacedFile): number => (a.path < b.path ? -1 : 1);
const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "unknown");
