import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { logFileSource, type LogFileOptions } from "../../../src/connectors/logfiles/log-file-source.ts";
import { NO_PAGES } from "../../../src/connectors/link.ts";
import type { LogStream } from "../../../src/domain/telemetry.ts";
import { readLineFacts } from "../../../src/logs/lines/line-facts.ts";

/** A folder of its own for one test. `mtimeMs`: when the file was written last; now unless given. */
export function logFolder(files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const root = mkdtempSync(join(tmpdir(), "causeway-logs-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (name: string, content: string | Uint8Array, mtimeMs?: number): string => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    if (mtimeMs !== undefined) utimesSync(path, mtimeMs / 1_000, mtimeMs / 1_000);
    return path;
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  return { root, write, source: (options: Partial<LogFileOptions> = {}) => sourceOf(root, options) };
}

const sourceOf = (root: string, options: Partial<LogFileOptions>) =>
  logFileSource(
    {
      name: "files",
      patterns: [join(root, "**/*")],
      service: [],
      pages: NO_PAGES,
      maxFiles: 1_000,
      maxBytes: 2 ** 30,
      ...options,
    },
    readLineFacts,
  );

export async function textOf({ chunks }: LogStream): Promise<string> {
  const bytes: Uint8Array[] = [];
  for await (const chunk of chunks) bytes.push(chunk);
  return Buffer.concat(bytes).toString("utf8");
}

/** The lines that are not empty. */
export const linesOf = async (stream: LogStream | undefined): Promise<string[]> =>
  stream === undefined ? [] : (await textOf(stream)).split("\n").filter((line) => line !== "");
