import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import type { Problem } from "../../domain/ports.ts";
import { type ClusterAnswer, FILE_TOOL } from "../../domain/telemetry.ts";
import { readBytes } from "./bytes.ts";
import { codingOf, entriesOf, realPath } from "./folder.ts";
import { fileProblems } from "./problems.ts";

const MEBIBYTE = 1024 * 1024;
/** What is read of one folder or archive at most. */
const LIMITS = { files: 5_000, fileBytes: 64 * MEBIBYTE, totalBytes: 256 * MEBIBYTE, depth: 12 };
/** Files that hold text about a cluster; others in a bundle are its own business. */
const TEXT = /\.(json|ya?ml|txt|log|out|md)$|(^|\/)[^./]+$/i;

type Found = { path: string; text: string };
/** Collects texts until a limit is reached. */
type Collector = {
  readonly files: Found[];
  problem(source: string, what: string): void;
  /** False if nothing more may be read. */
  canTake(source: string): boolean;
  add(path: string, bytes: Uint8Array): void;
};

/**
 * Reads what people have of a cluster: a file with pasted output of `kubectl`, a JSON or YAML dump, a folder of them, or a
 * support bundle as a folder, `.tar`, `.tar.gz` or `.zip`. Plain files may be `.gz` or `.zst`.
 *
 * @param label how answers name the file: the start of their `path`.
 * @throws {IncidentError} NOT_FOUND if there is no such file; CONFIG if it cannot be read.
 */
export async function readClusterFiles(
  path: string,
  label: string,
  onProblem: (problem: Problem) => void,
  signal?: AbortSignal,
): Promise<ClusterAnswer[]> {
  const real = await realPath(path);
  if (real === null)
    throw new IncidentError("NOT_FOUND", `there is no file ${path}`, { hint: "Check the path.", cause: null });
  const collector = collect(onProblem);
  await readAny(real, label, { collector, signal, depth: 0 });
  return collector.files.map(({ path: name, text }) => ({ tool: FILE_TOOL, args: { path: name }, text }));
}

/** Pasted text that came over standard input. */
export const pastedText = (path: string, text: string): ClusterAnswer => ({ tool: FILE_TOOL, args: { path }, text });

function collect(onProblem: (problem: Problem) => void): Collector {
  const files: Found[] = [];
  let bytesRead = 0;
  let isFull = false;
  const problem: Collector["problem"] = (source, what) => onProblem({ source, line: null, what });
  return {
    files,
    problem,
    canTake(source) {
      if (files.length < LIMITS.files && bytesRead < LIMITS.totalBytes) return true;
      if (!isFull)
        problem(
          source,
          `only ${files.length} files (${Math.round(bytesRead / MEBIBYTE)} MiB) were read; the rest was not`,
        );
      isFull = true;
      return false;
    },
    add(path, bytes) {
      bytesRead += bytes.length;
      if (!isBinary(bytes) && bytes.length > 0) files.push({ path, text: decoded(bytes) });
    },
  };
}

const isBinary = (bytes: Uint8Array): boolean => bytes.subarray(0, 1_024).includes(0) && !isUtf16(bytes);
/** PowerShell writes redirected output as UTF-16. */
const isUtf16 = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xfe;
const decoded = (bytes: Uint8Array): string => new TextDecoder(isUtf16(bytes) ? "utf-16le" : "utf-8").decode(bytes);

type Context = { collector: Collector; signal: AbortSignal | undefined; depth: number };

async function readAny(path: string, label: string, context: Context): Promise<void> {
  const { collector, signal, depth } = context;
  signal?.throwIfAborted();
  if (!collector.canTake(label)) return;
  const info = await stat(path).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
  if (info.isDirectory()) {
    if (depth >= LIMITS.depth) return collector.problem(label, "the folders are nested too deeply");
    // links are not followed: a bundle from elsewhere may point anywhere
    for (const entry of (await entriesOf(path)) ?? [])
      if (entry.isDirectory() || (entry.isFile() && (depth === 0 || TEXT.test(bare(entry.name)))))
        await readAny(join(path, entry.name), `${label}/${entry.name}`, { ...context, depth: depth + 1 });
  } else if (!info.isFile()) collector.problem(label, "is no file");
  else if (/\.(tar|tar\.gz|tgz)$/i.test(path)) await readTar(path, label, context);
  else if (/\.zip$/i.test(path)) await readZip(path, label, collector);
  else await readPlain(path, label, context);
}

const bare = (name: string): string => name.replace(/\.(gz|zst)$/i, "");

async function readPlain(path: string, label: string, { collector, signal, depth }: Context): Promise<void> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const problems = fileProblems(label, ({ what }) => collector.problem(label, what));
  for await (const chunk of readBytes({ path, origin: label, coding: codingOf(path) }, problems, signal)) {
    if (size + chunk.length > LIMITS.fileBytes) {
      collector.problem(label, `only its first ${LIMITS.fileBytes / MEBIBYTE} MiB were read`);
      chunks.push(chunk.subarray(0, LIMITS.fileBytes - size));
      break;
    }
    size += chunk.length;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (depth === 0 && isBinary(bytes)) collector.problem(label, "is binary, no text"); // in a folder, others are expected
  collector.add(label, bytes);
}

async function readTar(path: string, label: string, { collector, signal }: Context): Promise<void> {
  const { extract } = await import("tar-stream");
  const archive = extract();
  const input = createReadStream(path);
  const source = /gz$/i.test(path) ? input.pipe(createGunzip()) : input;
  input.on("error", (error: Error) => archive.destroy(error));
  if (source !== input) source.on("error", (error: Error) => archive.destroy(error));
  source.pipe(archive);
  try {
    for await (const entry of archive) {
      signal?.throwIfAborted();
      if (!collector.canTake(label)) break;
      const { name, type, size = 0 } = entry.header;
      if (type === "file" && size > LIMITS.fileBytes) collector.problem(`${label}/${name}`, "is too large");
      if (type !== "file" || size > LIMITS.fileBytes || !TEXT.test(name)) entry.resume();
      else {
        const chunks: Uint8Array[] = [];
        for await (const chunk of entry) chunks.push(chunk as Uint8Array);
        collector.add(`${label}/${name}`, Buffer.concat(chunks));
      }
    }
  } catch (cause) {
    signal?.throwIfAborted();
    collector.problem(label, `the archive is damaged or cut off: ${messageOf(cause)}; what came before was read`);
  } finally {
    input.destroy();
  }
}

async function readZip(path: string, label: string, collector: Collector): Promise<void> {
  if ((await stat(path)).size > LIMITS.totalBytes) return collector.problem(label, "the archive is too large");
  const { unzipSync } = await import("fflate");
  let planned = 0;
  try {
    const entries = unzipSync(await readFile(path), {
      filter({ name, originalSize }) {
        const isRead =
          !name.endsWith("/") &&
          TEXT.test(name) &&
          originalSize <= LIMITS.fileBytes &&
          planned + originalSize <= LIMITS.totalBytes;
        if (isRead) planned += originalSize;
        return isRead;
      },
    });
    for (const [name, bytes] of Object.entries(entries))
      if (collector.canTake(label)) collector.add(`${label}/${name}`, bytes);
  } catch (cause) {
    collector.problem(label, `the archive is damaged or cut off: ${messageOf(cause)}`);
  }
}

const unreadable = (path: string, cause: unknown): IncidentError =>
  new IncidentError("CONFIG", `${path} cannot be read: ${messageOf(cause)}`, { hint: "Check its permissions.", cause });
