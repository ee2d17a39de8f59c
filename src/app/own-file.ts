import { constants, type Stats } from "node:fs";
import { link, lstat, open, rm, writeFile } from "node:fs/promises";
import { isMissing } from "./errno.ts";

/** Bits that let others write. */
const OTHERS_WRITE = 0o022;

/** What lies at a path, without following a link. Null if nothing does. @throws Node's errors except ENOENT */
export async function statsAt(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const isOfOther = ({ uid }: Stats): boolean => process.geteuid !== undefined && uid !== process.geteuid();

/** Why a folder must not hold an approved script; null if it may. */
export function whyNotOwnFolder(stats: Stats): string | null {
  if (stats.isSymbolicLink()) return "a symbolic link";
  if (!stats.isDirectory()) return "not a folder";
  return isOfOther(stats) ? "a folder of another user" : null;
}

/** Why something is no file that only this user can change; null if it is one. */
export function whyNotOwnFile(stats: Stats): string | null {
  if (stats.isSymbolicLink()) return "a symbolic link";
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a named pipe";
  if (!stats.isFile()) return "not a regular file";
  if (isOfOther(stats)) return "a file of another user";
  if (stats.nlink > 1) return "a file with a second name (a hard link)";
  return (stats.mode & OTHERS_WRITE) === 0 ? null : "a file that others can write to";
}

/**
 * The text of a file that only this user can change. Null for anything else. Never follows a link, never waits for a
 * pipe.
 */
export async function readOwnFile(path: string): Promise<string | null> {
  const before = await statsAt(path);
  if (before === null || whyNotOwnFile(before) !== null) return null;
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  try {
    // Somebody may have replaced it since.
    return whyNotOwnFile(await file.stat()) === null ? await file.readFile("utf8") : null;
  } finally {
    await file.close();
  }
}

/** Errors of file systems that have no hard links. */
const NO_LINKS: ReadonlySet<unknown> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/**
 * Gives a written file its name, unless something lies there. Nothing is ever overwritten.
 *
 * @returns false if something lies there.
 */
export async function placeFile(
  staged: string,
  path: string,
  { content, mode }: { content: string; mode: number },
): Promise<boolean> {
  try {
    await link(staged, path).catch(async (error: NodeJS.ErrnoException) => {
      if (!NO_LINKS.has(error.code)) throw error;
      await writeFile(path, content, { mode, flag: "wx", flush: true });
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  await rm(staged, { force: true });
  return true;
}
