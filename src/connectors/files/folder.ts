import type { Dirent } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { IncidentError, messageOf } from "../../domain/errors.ts";

/**
 * A file of telemetry. `origin`: its name in reports, relative to the scenario, so that reports are the same on every
 * machine.
 */
export type RecordedFile = { path: string; origin: string; coding: "gzip" | "zstd" | "plain" };

/** A folder and its entries. Links must stay inside `root`. */
export type RecordedFolder = { root: string; dir: string; label: string; names: readonly string[] };

const CODINGS = [
  [".gz", "gzip"],
  [".zst", "zstd"],
  ["", "plain"],
] as const;

/** The compression of a file, by its name. */
export const codingOf = (path: string): RecordedFile["coding"] =>
  CODINGS.find(([suffix]) => path.endsWith(suffix))?.[1] ?? "plain";

/** The folder with the expected answers. The analysis never reads it, not even through a link. */
const ORACLES = "oracles";

/**
 * The real path of `path`, with links resolved.
 *
 * @param root a real path.
 * @returns null if the path does not exist.
 * @throws {IncidentError} REJECTED if it is outside `root`, or among the answers.
 */
async function realPathInside(root: string, path: string): Promise<string | null> {
  const real = await realPath(path);
  if (real === null) return null;
  const steps = relative(root, real).split(sep);
  if (steps[0] !== ".." && !steps.includes(ORACLES)) return real;
  const where = steps[0] === ".." ? "out of the data folder" : `into ${ORACLES}/`;
  throw new IncidentError("REJECTED", `${path} leads ${where}`, {
    hint: "Replace the link with a copy of its target.",
  });
}

/** The real path of `path`, anywhere. @returns null if the path does not exist. @throws {IncidentError} CONFIG */
export async function realPath(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cannotRead(path, cause);
  }
}

/**
 * @returns null if there is no such folder. @throws {IncidentError} as `realPathInside`, or CONFIG if it cannot be
 *   read.
 */
export async function openFolder(root: string, path: string, label = ""): Promise<RecordedFolder | null> {
  const dir = await realPathInside(root, path);
  if (dir === null) return null;
  const entries = await entriesOf(dir);
  return entries && { root, dir, label, names: entries.map(({ name }) => name) };
}

/** The entries of a folder by name. @returns null if there is no such folder. @throws {IncidentError} CONFIG */
export async function entriesOf(dir: string): Promise<Dirent[] | null> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cannotRead(dir, cause);
  }
}

/** @param name such as `logs.jsonl`; found as `logs.jsonl.gz`, `logs.jsonl.zst` or as it is. */
export async function findFile(folder: RecordedFolder, name: string): Promise<RecordedFile | null> {
  for (const [suffix, coding] of CODINGS) {
    if (!folder.names.includes(name + suffix)) continue;
    const path = await realPathInside(folder.root, join(folder.dir, name + suffix));
    if (path !== null) return { path, origin: folder.label + name + suffix, coding };
  }
  return null;
}

const isMissing = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR");

export const cannotRead = (path: string, cause: unknown): IncidentError =>
  new IncidentError("CONFIG", `${path} cannot be read: ${messageOf(cause)}`, {
    hint: isMissing(cause)
      ? "Check its name, and the folder that you are in."
      : "Make it readable for the user that runs Causeway.",
    cause,
  });
