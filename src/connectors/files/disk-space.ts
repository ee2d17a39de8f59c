import { statfs } from "node:fs/promises";
import { IncidentError } from "../../domain/errors.ts";

/** With less, the next analysis may not be stored: an analysis takes some megabytes. */
const MIN_FREE_BYTES = 16 * 1024 * 1024;

/** Free bytes of the disk that a folder lies on. Infinite if the file system does not say. */
export async function freeBytesAt(folder: string): Promise<number> {
  const found = await statfs(folder).catch(() => null);
  return found === null ? Number.POSITIVE_INFINITY : found.bavail * found.bsize;
}

/** @param files the files in the folder that need the space. @throws {IncidentError} UNAVAILABLE if the disk is full */
export async function requireSpace(folder: string, files: readonly string[]): Promise<void> {
  const free = await freeBytesAt(folder);
  if (free >= MIN_FREE_BYTES) return;
  const megabytes = (free / 1024 / 1024).toFixed(1);
  throw new IncidentError(
    "UNAVAILABLE",
    `the disk of ${folder} is full: ${megabytes} MB left for ${files.join(", ")}`,
    {
      hint: "Free disk space, or set CAUSEWAY_HOME to a folder on another disk.",
    },
  );
}
