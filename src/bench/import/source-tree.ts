import { readdir, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { IncidentError } from "../../domain/errors.ts";

type Coding = "plain" | "gzip" | "zstd" | "zip";

/** One file of a tree to import. `path`: relative to the root, with `/`, without the ending of its compression. */
export type SourceFile = { path: string; real: string; coding: Coding; bytes: number };

/** The files of a downloaded benchmark, by path ascending. */
export type SourceTree = {
  readonly root: string;
  readonly files: readonly SourceFile[];
  /** Symbolic links, which are not followed. */
  readonly links: number;
  file(path: string): SourceFile | null;
  /** The files in this folder and below. The root is "". */
  below(dir: string): SourceFile[];
};

const ENDINGS: readonly [string, Coding][] = [
  [".gz", "gzip"],
  [".zst", "zstd"],
  [".zip", "zip"],
];

const ARCHIVE = /\.(zip|tar|tgz|tar\.(gz|zst|xz|bz2)|7z|rar)$/i;

/** The folder of a path; "" for a file at the root. */
export const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "");
export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
export const inFolder = (dir: string, name: string): string => (dir === "" ? name : `${dir}/${name}`);

/**
 * Lists a tree. Hidden files and folders (`.git`) are left out, and links are not followed: they could lead anywhere.
 *
 * @throws {IncidentError} NOT_FOUND when there is no such folder; BAD_INPUT for an archive.
 */
export async function readSourceTree(from: string): Promise<SourceTree> {
  const root = resolve(from);
  const info = await stat(root).catch((cause: unknown) => {
    throw new IncidentError("NOT_FOUND", `there is no folder ${from}`, {
      hint: "Download the benchmark yourself and give its folder; Causeway ships no data of others.",
      cause,
    });
  });
  if (!info.isDirectory())
    throw new IncidentError("BAD_INPUT", `${from} is a file, not a folder`, {
      hint: ARCHIVE.test(from) ? "Unpack the archive and give the folder." : "Give the folder of the benchmark.",
    });
  const files: SourceFile[] = [];
  let links = 0;
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const real = join(entry.parentPath, entry.name);
    const path = relative(root, real).replaceAll("\\", "/");
    if (path.split("/").some((part) => part.startsWith("."))) continue;
    if (entry.isSymbolicLink()) links += 1;
    else if (entry.isFile()) files.push({ ...named(path), real, bytes: (await stat(real)).size });
  }
  return treeOf(root, files, links);
}

function named(path: string): Pick<SourceFile, "path" | "coding"> {
  const found = ENDINGS.find(([ending]) => path.endsWith(ending));
  return found ? { path: path.slice(0, -found[0].length), coding: found[1] } : { path, coding: "plain" };
}

function treeOf(root: string, all: readonly SourceFile[], links: number): SourceTree {
  const byPath = new Map<string, SourceFile>();
  // A plain file stands for itself, even if a compressed copy lies beside it.
  for (const file of all) if (file.coding === "plain" || !byPath.has(file.path)) byPath.set(file.path, file);
  const files = [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    root,
    files,
    links,
    file: (path) => byPath.get(path) ?? null,
    below: (dir) => (dir === "" ? files : files.filter(({ path }) => path.startsWith(`${dir}/`))),
  };
}
