import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { IncidentError } from "../domain/errors.ts";
import type { FetchOptions } from "../domain/ports.ts";
import { cutBetweenEvents } from "../logs/lines/continuation.ts";
import { HeaderReader } from "../logs/lines/line-header.ts";
import { type LogFiles, STDIN } from "./log-files.ts";

const READ_BYTES = 256 * 1024;
/**
 * A plain file is mined in parts of this size, for any number of threads, so that the same input gives the same ids.
 */
const STRETCH_BYTES = 64 * 1024 * 1024;

/** A part of a file, from the start of a line to the end of one. `end` null: to the end of the file. */
export type Stretch = { path: string; start: number; end: number | null };

/** Divides files into parts that can be mined separately. @throws {IncidentError} CONFIG for a missing file. */
export async function stretchesOf(
  files: LogFiles,
  paths: readonly string[],
  stretchBytes = STRETCH_BYTES,
): Promise<Stretch[]> {
  const out: Stretch[] = [];
  for (const path of paths) {
    if (path === STDIN) {
      out.push({ path, start: 0, end: null });
      continue;
    }
    const size = await sizeOf(path);
    if (!files.isPlain(path) || size <= stretchBytes) out.push({ path, start: 0, end: null });
    else out.push(...(await cut(path, size, stretchBytes)));
  }
  return out;
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isDirectory())
      throw new IncidentError("CONFIG", `${path} is a folder`, { hint: "Name the log files in it instead." });
    return found.size;
  } catch (cause) {
    if (cause instanceof IncidentError) throw cause;
    throw new IncidentError("CONFIG", `cannot read ${path}`, {
      hint: "Check the path and the permissions of the file.",
      cause,
    });
  }
}

async function cut(path: string, size: number, stretchBytes: number): Promise<Stretch[]> {
  const file = await open(path);
  try {
    const out: Stretch[] = [];
    const hasHeaders = await startsWithHeader(file);
    let start = 0;
    while (start < size) {
      const end = start + stretchBytes >= size ? size : await afterEvent(file, start + stretchBytes, size, hasHeaders);
      out.push({ path, start, end });
      start = end;
    }
    return out;
  } finally {
    await file.close();
  }
}

type OpenFile = Awaited<ReturnType<typeof open>>;

async function startsWithHeader(file: OpenFile): Promise<boolean> {
  const buffer = Buffer.alloc(READ_BYTES);
  const { bytesRead } = await file.read(buffer, 0, READ_BYTES, 0);
  return new HeaderReader().read(buffer, 0, bytesRead);
}

async function afterEvent(file: OpenFile, from: number, size: number, hasHeaders: boolean): Promise<number> {
  const buffer = Buffer.alloc(READ_BYTES);
  const header = new HeaderReader();
  for (let at = from; at < size;) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, at);
    const between = cutBetweenEvents(buffer.subarray(0, bytesRead), (start, end) => header.read(buffer, start, end));
    // No line with a header follows: the rest of the file belongs to one event.
    if (between !== null && !between.isHeaded && hasHeaders && at + bytesRead >= size) return size;
    if (between !== null) return at + between.at;
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return size;
}

/** The bytes of one stretch. */
export function openStretch(
  files: Pick<LogFiles, "open">,
  { path, start, end }: Stretch,
  options: FetchOptions = {},
): AsyncIterable<Uint8Array> {
  if (end === null) return files.open(path, options);
  return createReadStream(path, { start, end: end - 1, highWaterMark: READ_BYTES }) as AsyncIterable<Uint8Array>;
}
