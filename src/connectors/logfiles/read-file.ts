import { constants } from "node:fs";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readBytes } from "../files/bytes.ts";
import type { FileProblems } from "../files/problems.ts";
import { type LogFile, whyOf } from "./find-files.ts";

const READ_BYTES = 256 * 1024;

/** Part of a plain file: bytes `[start, end)`. */
export type ByteRange = { start: number; end: number };

/**
 * Opens a file that was found before. A file that was renamed since, as rotation does, is found by its inode in the
 * same folder. Never blocks on a pipe that took its place.
 *
 * @returns the reason if it cannot be opened.
 */
export async function openLogFile(file: LogFile): Promise<FileHandle | string> {
  const opened = await openAs(file.path, file.id);
  if (typeof opened !== "string") return opened;
  const moved = await renamed(file);
  return moved === null ? opened : openAs(moved, file.id);
}

async function openAs(path: string, id: string): Promise<FileHandle | string> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return whyOf(error);
  }
  const found = await handle.stat();
  if (found.isFile() && `${found.dev}:${found.ino}` === id) return handle;
  await handle.close();
  return "it was replaced by another file";
}

/** Where rotation put a file; null if it is gone from its folder. */
async function renamed({ path, id }: LogFile): Promise<string | null> {
  const folder = dirname(path);
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    const candidate = join(folder, name);
    const found = await stat(candidate).catch(() => null);
    if (found !== null && found.isFile() && `${found.dev}:${found.ino}` === id) return candidate;
  }
  return null;
}

/** Reads one stretch of an open file; less than `length` bytes at its end. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/**
 * The decompressed bytes of a file; of a plain one, those of the range. A file that shrinks while it is read, is gone,
 * or is damaged is a problem, and what was read of it before counts.
 */
export async function* logFileBytes(
  file: LogFile,
  range: ByteRange,
  problems: FileProblems,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const handle = await openLogFile(file);
  if (typeof handle === "string") return problems.breakOff(`not read: ${handle}`);
  try {
    if (file.coding !== "plain") {
      // the open handle keeps the file readable, whatever happens to its name
      const path = `/dev/fd/${handle.fd}`;
      yield* readBytes({ path, origin: file.path, coding: file.coding }, problems, signal);
      return;
    }
    for (let at = range.start; at < range.end;) {
      signal?.throwIfAborted();
      const chunk = await readAt(handle, at, Math.min(READ_BYTES, range.end - at));
      if (chunk.length > 0) yield chunk;
      at += chunk.length;
      if (chunk.length === 0) return problems.breakOff("it was truncated while it was read; read up to there");
    }
  } finally {
    await handle.close();
  }
}
