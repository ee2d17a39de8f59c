import { createHash } from "node:crypto";
import { lstat, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ScriptRequest } from "../../domain/executor.ts";

const SCRIPT = "script.sh";
const PRIVATE = 0o700;

/** Why a folder cannot be used; its message ends a sentence about the folder. */
export class UnsafePlace extends Error {}

/** Creates a folder for this user alone. One that exists must already be that. @throws {UnsafePlace} */
export async function ownedFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: PRIVATE });
  await requireOwned(path);
}

/** @throws {UnsafePlace} if others may write to it, or it is a link. */
export async function requireOwned(path: string): Promise<void> {
  const stats = await lstat(path);
  if (!stats.isDirectory()) throw new UnsafePlace("it is no folder");
  if (process.getuid !== undefined && stats.uid !== process.getuid())
    throw new UnsafePlace("it belongs to another user");
  if ((stats.mode & 0o022) !== 0) throw new UnsafePlace("others may write to it");
}

/** The paths of one execution: its script, where the script records, its programs and its home. */
export const placesIn = (folder: string) => ({
  script: join(folder, SCRIPT),
  state: join(folder, `${SCRIPT}.state`),
  bin: join(folder, "bin"),
  home: join(folder, "home"),
});

/**
 * Makes a new folder with the script, its fixed part, and links to the programs that it may call.
 *
 * @throws {Error} of the file system; EEXIST if something is there already.
 */
export async function layOut(
  folder: string,
  { script, fixedPart }: Pick<ScriptRequest, "script" | "fixedPart">,
  programs: readonly string[],
): Promise<void> {
  const places = placesIn(folder);
  await mkdir(folder, { mode: PRIVATE });
  await mkdir(places.bin, { mode: PRIVATE });
  await mkdir(places.home, { mode: PRIVATE });
  for (const program of programs) await symlink(program, join(places.bin, basename(program)));
  const file = { mode: 0o400, flag: "wx" };
  await writeFile(places.script, script, file);
  await writeFile(join(folder, fixedPart.fileName), fixedPart.text, file);
}

/** Checks right before a run that the files are those that were approved. @throws {UnsafePlace} */
export async function requireApproved(
  folder: string,
  { scriptSha256, fixedPart }: Pick<ScriptRequest, "scriptSha256" | "fixedPart">,
): Promise<void> {
  await requireOwned(folder);
  const files = [
    [placesIn(folder).script, scriptSha256],
    [join(folder, fixedPart.fileName), fixedPart.sha256],
  ] as const;
  for (const [path, sha256] of files) {
    if (!(await lstat(path)).isFile()) throw new UnsafePlace(`${basename(path)} is no file`);
    const found = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    if (found !== sha256) throw new UnsafePlace(`${basename(path)} does not hold the approved text`);
  }
}

/** What a script recorded; null if nothing. */
export async function recordedIn(folder: string): Promise<string | null> {
  try {
    return await readFile(placesIn(folder).state, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** The script notes this before its first change. */
export const hasChanged = (recorded: string | null): boolean => recorded !== null && /^changed=/m.test(recorded);
