import { lstat, rename, rm, writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import type { Config } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Report } from "../domain/report.ts";
import type { ReviewState } from "../render/action-status.ts";
import { type Io, layoutFor, print } from "./io.ts";

/** How to fix an unwritable file, by error code. */
const REMEDY: Readonly<Record<string, string>> = {
  ENOENT: "Give --out a file in a folder that exists.",
  ENOTDIR: "Give --out a file in a folder that exists.",
  EISDIR: "Give --out a file, not a folder.",
  EACCES: "Give --out a file that you can write.",
  ENOSPC: "The disk is full. Free some space, or give --out a file on another disk.",
};

/** `data`: folders of recorded incidents that the command was given. */
export type OutputFlags = { json?: boolean; format: "text" | "md" | "json"; out?: string; data?: string[] };

/** Adds `--format`, `--json` and `--out` to a command that shows a report. */
export const withOutputFlags = (command: Command): Command =>
  command
    .addOption(
      new Option("-o, --format <format>", "format of the report").choices(["text", "md", "json"]).default("text"),
    )
    .option("--json", "short for --format json")
    .option("--out <file>", "write the report to a file instead of stdout");

/** The report in the requested format. A file never gets colours. */
export async function renderedReport(
  report: Report,
  { json, format, out, data }: OutputFlags,
  io: Io,
  color: boolean,
  review: ReviewState | undefined,
): Promise<string> {
  if (json === true || format === "json") return `${JSON.stringify(report, null, 2)}\n`;
  if (format === "md") return (await import("../render/markdown.ts")).renderMarkdown(report, review);
  const { renderText } = await import("../render/text.ts");
  const layout = layoutFor(io, color && out === undefined);
  return renderText(report, { ...layout, review, isFull: review !== undefined, dataDirs: data });
}

/**
 * @param review decisions made after the report was written. With it, the text includes the scripts in full.
 * @throws {IncidentError} CONFIG when `--out` cannot be written.
 */
export async function showReport(
  report: Report,
  flags: OutputFlags,
  io: Io,
  { color }: Pick<Config, "color">,
  review?: ReviewState,
): Promise<void> {
  const text = await renderedReport(report, flags, io, color, review);
  if (flags.out === undefined) return print(io, text);
  await writeOut(flags.out, text, `The analysis is kept. Show it with \`causeway show ${report.analysis_id}\`.`);
}

/** @param kept how to get the text again. @throws {IncidentError} CONFIG when the file cannot be written. */
export async function writeOut(file: string, text: string, kept: string): Promise<void> {
  await writeWhole(file, text).catch((cause: unknown) => {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    const hint = `${REMEDY[code] ?? "Give --out another file."} ${kept}`;
    throw new IncidentError("CONFIG", `cannot write the report to ${file} (${code})`, { hint, cause });
  });
}

/** A full disk leaves no half of a report. What is no ordinary file, such as /dev/stdout, is written to as it is. */
async function writeWhole(file: string, text: string): Promise<void> {
  const there = await lstat(file).catch(() => null);
  if (there !== null && !there.isFile()) return writeFile(file, text);
  const part = `${file}.${process.pid}.part`;
  try {
    await writeFile(part, text);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
