import { stat } from "node:fs/promises";
import { join } from "node:path";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import type { Problem } from "../../domain/ports.ts";
import { type ClusterAnswer, FILE_TOOL } from "../../domain/telemetry.ts";
import { readBytes } from "./bytes.ts";
import { isArchive, readArchive } from "./cluster-archives.ts";
import { collectTexts, isBinary, isRead, MEBIBYTE, type TextCollector } from "./cluster-collector.ts";
import { codingOf, entriesOf, realPath } from "./folder.ts";
import { fileProblems } from "./problems.ts";

type Options = { signal?: AbortSignal | undefined; namesOtherKinds?: boolean };

/**
 * Reads what people have of a cluster: a file with pasted output of `kubectl`, a JSON or YAML dump, a folder of them,
 * or a support bundle as a folder, `.tar`, `.tar.gz` or `.zip`. Plain files may be `.gz` or `.zst`.
 *
 * @param label how answers name the file: the start of their `path`.
 * @param options `namesOtherKinds`: reports kinds of files that are not read, which most bundles have.
 * @throws {IncidentError} NOT_FOUND if there is no such file; CONFIG if it cannot be read.
 */
export async function readClusterFiles(
  path: string,
  label: string,
  onProblem: (problem: Problem) => void,
  { signal, namesOtherKinds = false }: Options = {},
): Promise<ClusterAnswer[]> {
  const real = await realPath(path);
  if (real === null)
    throw new IncidentError("NOT_FOUND", `there is no file ${path}`, { hint: "Check the path.", cause: null });
  const collector = collectTexts(onProblem);
  await readAny(real, label, { collector, signal, depth: 0 });
  if (namesOtherKinds) collector.nameLeftOut(label);
  return collector.files.map(({ path: name, text }) => ({ tool: FILE_TOOL, args: { path: name }, text }));
}

/** Pasted text that came over standard input. */
export const pastedText = (path: string, text: string): ClusterAnswer => ({ tool: FILE_TOOL, args: { path }, text });

type Context = { collector: TextCollector; signal: AbortSignal | undefined; depth: number };

async function readAny(path: string, label: string, context: Context): Promise<void> {
  const { collector, signal, depth } = context;
  signal?.throwIfAborted();
  if (!collector.canTake(label)) return;
  const info = await stat(path).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
  if (info.isDirectory()) {
    if (depth >= collector.limits.depth) return collector.problem(label, "the folders are nested too deeply");
    // links are not followed: a bundle from elsewhere may point anywhere
    for (const entry of (await entriesOf(path)) ?? []) {
      if (!entry.isDirectory() && !entry.isFile()) continue;
      const name = `${label}/${entry.name}`;
      if (entry.isFile() && depth > 0 && !isRead(entry.name) && !isArchive(entry.name)) collector.leaveOut(name);
      else await readAny(join(path, entry.name), name, { ...context, depth: depth + 1 });
    }
  } else if (!info.isFile()) collector.problem(label, "is no file");
  else if (isArchive(path)) await readArchive(path, label, collector, signal);
  else await readPlain(path, label, context);
}

async function readPlain(path: string, label: string, { collector, signal, depth }: Context): Promise<void> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const problems = fileProblems(label, ({ what }) => collector.problem(label, what));
  for await (const chunk of readBytes({ path, origin: label, coding: codingOf(path) }, problems, signal)) {
    if (size + chunk.length > collector.limits.fileBytes) {
      collector.problem(label, `only its first ${collector.limits.fileBytes / MEBIBYTE} MiB were read`);
      chunks.push(chunk.subarray(0, collector.limits.fileBytes - size));
      break;
    }
    size += chunk.length;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (depth > 0) return collector.add(label, bytes);
  if (isBinary(bytes)) collector.problem(label, "is binary, no text"); // in a folder, others are expected
  else if (bytes.length === 0) collector.problem(label, "is empty");
  else collector.add(label, bytes);
}

const unreadable = (path: string, cause: unknown): IncidentError =>
  new IncidentError("CONFIG", `${path} cannot be read: ${messageOf(cause)}`, { hint: "Check its permissions.", cause });
