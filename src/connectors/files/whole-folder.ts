import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip, type Gzip } from "node:zlib";
import { IncidentError } from "../../domain/errors.ts";

/** Files that appear in a folder all together, or not at all. */
export type WholeFolder = {
  /** Adds to the compressed file `name.gz`. @throws {IncidentError} CONFIG if it cannot be written */
  append(name: string, chunk: Uint8Array | string): Promise<void>;
  write(name: string, text: string): Promise<void>;
  /** Ends the files and puts them into the folder, `last` at the end. @returns their names. */
  publish(last: string): Promise<string[]>;
  /** Removes what was written. */
  discard(): Promise<void>;
};

/** Holds the files until they are whole. In the folder itself: that may be a disk of its own. */
const PART = ".part";

const REMEDY: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full. Free some space, or name a folder on another disk.",
  EDQUOT: "Your share of the disk is used up. Free some space, or name a folder on another disk.",
  EROFS: "Name a folder that can be written.",
  EACCES: "Name a folder that this user may write.",
  EPERM: "Name a folder that this user may write.",
  ENOTDIR: "A part of this path is a file. Name another folder.",
  EEXIST: "A part of this path is a file. Name another folder.",
};

/** @throws {IncidentError} REJECTED if the folder has something in it; CONFIG if it cannot be written. */
export async function openWholeFolder(dir: string): Promise<WholeFolder> {
  const part = join(dir, PART);
  const unwritable = (cause: unknown): unknown => {
    if (cause instanceof IncidentError) return cause;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : null;
    if (code === null) return cause;
    const hint = REMEDY[code] ?? "Name another folder.";
    return new IncidentError("CONFIG", `${dir} cannot be written (${code})`, { hint, cause });
  };
  let failure: unknown;
  async function tried<T>(work: () => Promise<T>): Promise<T> {
    if (failure !== undefined) throw failure; // one missing file makes the whole useless
    try {
      return await work();
    } catch (cause) {
      throw (failure = unwritable(cause));
    }
  }
  const open = new Map<string, { gzip: Gzip; done: Promise<void> }>();
  const names: string[] = [];
  const fileOf = (name: string) => {
    const known = open.get(name);
    if (known !== undefined) return known;
    const gzip = createGzip();
    const file = { gzip, done: pipeline(gzip, createWriteStream(join(part, `${name}.gz`))) };
    file.done.catch(() => undefined); // whoever writes next learns of it
    open.set(name, file);
    names.push(`${name}.gz`);
    return file;
  };

  await tried(async () => {
    const isNew = (await mkdir(dir, { recursive: true })) !== undefined;
    const there = isNew ? [] : (await readdir(dir)).filter((name) => name !== PART);
    if (there.length > 0)
      throw new IncidentError("REJECTED", `${dir} is not empty`, { hint: "Name a new folder for the recording." });
    await rm(part, { recursive: true, force: true }); // of a process that was killed
    await mkdir(part);
  });

  return {
    append: (name, chunk) =>
      tried(async () => {
        const { gzip, done } = fileOf(name);
        if (gzip.destroyed) await done;
        else if (!gzip.write(chunk)) await Promise.race([once(gzip, "drain"), done]);
      }),
    write: (name, text) =>
      tried(async () => {
        await writeFile(join(part, name), text);
        names.push(name);
      }),
    publish: (last) =>
      tried(async () => {
        await Promise.all([...open.values()].map(({ gzip, done }) => (gzip.end(), done)));
        const ordered = [...names.filter((name) => name !== last), last];
        for (const name of ordered) await rename(join(part, name), join(dir, name));
        await rmdir(part);
        return names.toSorted();
      }),
    async discard() {
      for (const { gzip, done } of open.values()) {
        gzip.destroy();
        await done.catch(() => undefined);
      }
      await rm(part, { recursive: true, force: true });
      await rmdir(dir).catch(() => undefined); // unless there is something else in it
    },
  };
}
