import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { readBytes } from "../connectors/files/bytes.ts";
import { codingOf } from "../connectors/files/folder.ts";
import { fileProblems } from "../connectors/files/problems.ts";
import { IncidentError } from "../domain/errors.ts";
import { cutBetweenEvents } from "../logs/lines/continuation.ts";
import { HeaderReader } from "../logs/lines/line-header.ts";
import type { FetchOptions } from "../domain/ports.ts";

/** Standard input. */
const STDIN = "-";
const READ_BYTES = 256 * 1024;
/**
 * A plain file is mined in parts of this size, for any number of threads, so that the same input gives the same ids.
 */
const STRETCH_BYTES = 64 * 1024 * 1024;

/**
 * Reads a log file (plain, gz, zst) or standard input. If the end is damaged, reports that and returns what comes
 * before it.
 */
export async function* openLog(path: string, { signal, onProblem }: FetchOptions = {}): AsyncGenerator<Uint8Array> {
  if (path === STDIN) {
    for await (const chunk of createReadStream("", { fd: 0, autoClose: false, highWaterMark: READ_BYTES })) {
      signal?.throwIfAborted();
      yield chunk as Uint8Array;
    }
    return;
  }
  const problems = fileProblems(path, onProblem);
  try {
    yield* readBytes({ path, origin: path, coding: codingOf(path) }, problems, signal);
  } finally {
    problems.close();
  }
}

/** A part of a file, which starts and ends at line boundaries. `end` null: to the end of the file. */
export type Stretch = { path: string; start: number; end: number | null };

/** Divides files into parts that can be mined separately. @throws {IncidentError} CONFIG for a missing file. */
export async function stretchesOf(paths: readonly string[], stretchBytes = STRETCH_BYTES): Promise<Stretch[]> {
  const out: Stretch[] = [];
  for (const path of paths) {
    if (path === STDIN) {
      out.push({ path, start: 0, end: null });
      continue;
    }
    const size = await sizeOf(path);
    if (codingOf(path) !== "plain" || size <= stretchBytes) out.push({ path, start: 0, end: null });
    else out.push(...(await cut(path, size, stretchBytes)));
  }
  return out;
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isDirectory())
      throw new IncidentError("CONFIG", `${path} is a folder`, { hint: "Give the files in the folder instead." });
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
    const hasHeaders = await opensWithHeader(file);
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

async function opensWithHeader(file: OpenFile): Promise<boolean> {
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
    // the rest of the file is the end of one event
    if (between !== null && !between.isHeaded && hasHeaders && at + bytesRead >= size) return size;
    if (between !== null) return at + between.at;
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return size;
}

/** Reads one part of a file. */
export function openStretch({ path, start, end }: Stretch, options: FetchOptions = {}): AsyncIterable<Uint8Array> {
  if (end === null) return openLog(path, options);
  return createReadStream(path, { start, end: end - 1, highWaterMark: READ_BYTES }) as AsyncIterable<Uint8Array>;
}
