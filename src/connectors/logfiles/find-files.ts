import { constants } from "node:fs";
import { access, glob, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf } from "../../domain/errors.ts";

/** A log file on disk. `id`: device and inode, which stay when a file is renamed. `coding`: its compression. */
export type LogFile = {
  path: string;
  id: string;
  size: number;
  mtimeMs: number;
  coding: "gzip" | "zstd" | "plain";
};
/** `refused`: what matches but cannot be read, with the reason. `isCapped`: more files match than are listed. */
export type FoundFiles = { files: LogFile[]; refused: { path: string; why: string }[]; isCapped: boolean };

/** More than one host has. Directories of a mistaken pattern are not read to their end. */
const MAX_MATCHES = 10_000;
/** Compressions that are not read. */
const UNREAD = /\.(?:bz2|xz|lz4|zip|7z)$/;

/**
 * The regular files that match one of the patterns, each once, the newest last. Links to folders are not followed, so
 * that a loop of links ends. Sockets, pipes and devices are refused: reading them may block or change something.
 *
 * @param maxFiles the newest are kept.
 */
export async function findLogFiles(
  patterns: readonly string[],
  maxFiles: number,
  signal?: AbortSignal,
): Promise<FoundFiles> {
  const byId = new Map<string, LogFile>();
  const refused: FoundFiles["refused"] = [];
  let isCapped = false;
  for (const pattern of patterns) {
    const denied = await deniedFolder(pattern);
    if (denied !== null) refused.push({ path: denied, why: "permission denied" });
    let matches = 0;
    for await (const path of glob(pattern)) {
      signal?.throwIfAborted();
      matches += 1;
      if (matches > MAX_MATCHES) {
        isCapped = true;
        break;
      }
      const found = await describe(path);
      if (found === null) continue;
      if ("why" in found) refused.push(found);
      else if (!byId.has(found.id)) byId.set(found.id, found);
    }
  }
  const files = [...byId.values()].toSorted((a, b) => a.mtimeMs - b.mtimeMs || (a.path < b.path ? -1 : 1));
  isCapped ||= files.length > maxFiles;
  return { files: files.slice(-maxFiles), refused, isCapped };
}

/** Null for a folder, and for a file that is gone by now. */
async function describe(path: string): Promise<LogFile | { path: string; why: string } | null> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return null;
    if (!found.isFile()) return { path, why: "it is not a regular file" };
    if (UNREAD.test(path)) return { path, why: "its compression is not supported; gzip and zstd are" };
    await access(path, constants.R_OK);
    return { path, id: `${found.dev}:${found.ino}`, size: found.size, mtimeMs: found.mtimeMs, coding: codingOf(path) };
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    return { path, why: whyOf(error) };
  }
}

const codingOf = (path: string): LogFile["coding"] =>
  path.endsWith(".gz") ? "gzip" : path.endsWith(".zst") ? "zstd" : "plain";

/** Patterns pass over folders that they may not list. The folder before the first wildcard, if it is one of those. */
async function deniedFolder(pattern: string): Promise<string | null> {
  const magic = pattern.search(/[*?[{(]/);
  const folder = magic === -1 ? dirname(pattern) : dirname(`${pattern.slice(0, magic)}x`);
  try {
    await access(folder, constants.R_OK | constants.X_OK);
    return null;
  } catch (error) {
    return codeOf(error) === "EACCES" ? folder : null;
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : null);

/** Why a file cannot be read, without its path. */
export function whyOf(error: unknown): string {
  switch (codeOf(error)) {
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "ELOOP":
      return "it is a loop of links";
    case "ENOENT":
      return "it is gone";
    default:
      return messageOf(error).slice(0, 200);
  }
}

/** Files named in one sentence of the report. */
const MAX_NAMED = 3;

export function namedFiles(refused: FoundFiles["refused"]): string {
  const named = refused.slice(0, MAX_NAMED).map(({ path, why }) => `${path} (${why})`);
  return named.join(", ") + (refused.length > MAX_NAMED ? ` and ${refused.length - MAX_NAMED} more` : "");
}
