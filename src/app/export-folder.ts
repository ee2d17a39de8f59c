import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FIXED_PART } from "../remediation/fixed-part.ts";
import { readOwnFile, statsAt, whyNotOwnFile, whyNotOwnFolder } from "./own-file.ts";

const STAGED = ".undecided";

/** The folder of approved scripts is not one that only this user can change. */
export class UnsafeFolder extends Error {
  override readonly name = "UnsafeFolder";
}

/** Creates the folder, for its owner only. @throws {UnsafeFolder} if a link or somebody else's folder lies there */
export async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error; // a file or a broken link: said below
  });
  const stats = await lstat(folder);
  const why = whyNotOwnFolder(stats);
  if (why !== null) throw new UnsafeFolder(`${folder} is ${why}`);
  if ((stats.mode & 0o077) !== 0) await chmod(folder, 0o700).catch(() => undefined); // not every file system can
}

/** Writes a file under a hidden name of its own. @returns its path */
export async function stageFile(
  folder: string,
  fileName: string,
  { content, mode }: { content: string; mode: number },
): Promise<string> {
  const path = join(folder, `.${fileName}.${randomBytes(6).toString("hex")}${STAGED}`);
  await writeFile(path, content, { mode, flag: "wx", flush: true });
  return path;
}

/** True if the folder is there, and only this user can change it. */
export async function isOwnFolder(folder: string): Promise<boolean> {
  const stats = await statsAt(folder).catch(() => null);
  return stats !== null && whyNotOwnFolder(stats) === null;
}

/** Deletes the staged files of a script, those of processes that died included, except `kept`. */
export async function dropStaged(folder: string, fileName: string, kept: string | null = null): Promise<void> {
  if (!(await isOwnFolder(folder))) return;
  for (const name of await readdir(folder).catch(() => []))
    if (name.startsWith(`.${fileName}.`) && name.endsWith(STAGED) && join(folder, name) !== kept)
      await rm(join(folder, name), { force: true }).catch(() => undefined);
}

/**
 * Writes the text that all scripts load. Each checks its hash before it runs anything of it. What else lies at its path
 * loses that name; what a link there points to stays as it is.
 *
 * @returns a note if something else lay there.
 */
export async function writeFixedPart(folder: string): Promise<string[]> {
  const path = join(folder, FIXED_PART.fileName);
  if ((await readOwnFile(path)) === FIXED_PART.text) return [];
  const stats = await statsAt(path);
  if (stats?.isDirectory() === true) throw new UnsafeFolder(`${path} is a folder`);
  const fresh = await stageFile(folder, FIXED_PART.fileName, { content: FIXED_PART.text, mode: 0o600 });
  await rename(fresh, path);
  const why = stats === null ? null : whyNotOwnFile(stats);
  return why === null ? [] : [`${path} was ${why}; it is a file of its own now`];
}
