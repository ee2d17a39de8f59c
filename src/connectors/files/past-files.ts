import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { IncidentError } from "../../domain/errors.ts";
import type { PastText, PastTexts } from "../../domain/past-text.ts";

const MARKDOWN = /\.(?:md|markdown)$/i;

/**
 * Past incidents as people keep them: each line of a file of JSON lines, or each Markdown file of a folder and of those
 * in it, by name.
 *
 * @throws {IncidentError} NOT_FOUND where there is nothing, or nothing of that kind; CONFIG where it cannot be read.
 */
export async function pastTexts(path: string): Promise<PastTexts> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new IncidentError("NOT_FOUND", `${path} cannot be read`, {
      hint: "Give a file of JSON lines, or a folder of Markdown post-mortems.",
      cause,
    });
  });
  if (found.isDirectory()) return markdownIn(path);
  if (MARKDOWN.test(path)) return { count: 1, texts: filesOf([path]) };
  let count = 0;
  for await (const line of linesOf(path)) if (line.trim() !== "") count += 1;
  if (count === 0)
    throw new IncidentError("NOT_FOUND", `${path} is empty`, { hint: "Give a file with one incident a line." });
  return { count, texts: textsOf(path, found.mtimeMs) };
}

async function markdownIn(dir: string): Promise<PastTexts> {
  const names = await readdir(dir, { recursive: true }).catch((cause: unknown) => {
    throw new IncidentError("CONFIG", `${dir} cannot be listed`, { hint: "Check its permissions.", cause });
  });
  const paths = names
    .filter((name) => MARKDOWN.test(name))
    .toSorted()
    .map((name) => join(dir, name));
  if (paths.length === 0)
    throw new IncidentError("NOT_FOUND", `${dir} holds no Markdown file`, {
      hint: "Give the folder of the post-mortems (*.md), or a file of JSON lines.",
    });
  return { count: paths.length, texts: filesOf(paths) };
}

const linesOf = (path: string): AsyncIterable<string> =>
  createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity });

async function* textsOf(path: string, changedAtMs: number): AsyncGenerator<PastText> {
  let number = 0;
  for await (const text of linesOf(path)) {
    number += 1;
    if (text.trim() !== "")
      yield { kind: "line", origin: `${path}:${number}`, name: `${basename(path)}-${number}`, text, changedAtMs };
  }
}

async function* filesOf(paths: readonly string[]): AsyncGenerator<PastText> {
  for (const path of paths) {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    yield { kind: "file", origin: path, name: basename(path).replace(MARKDOWN, ""), text, changedAtMs: mtimeMs };
  }
}
