import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { IncidentError } from "../domain/errors.ts";

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);
const isFolder = async (path: string): Promise<boolean> => (await stat(path)).isDirectory();

/** Not `recursive: true`: on a file system without folders of users, such as /proc, Node 24 then never returns. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === "EEXIST" && (await isFolder(path))) return;
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}

/** Creates the home folder if needed, readable by its owner only. @throws {IncidentError} CONFIG */
export async function makeHome(home: string): Promise<void> {
  await makeFolder(home).catch((cause: unknown) => {
    const hint = "Set CAUSEWAY_HOME to a folder that you may write to.";
    throw new IncidentError("CONFIG", `the home folder ${home} cannot be created`, { hint, cause });
  });
}
