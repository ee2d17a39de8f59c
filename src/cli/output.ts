import { writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import type { Config } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Report } from "../domain/report.ts";
import { renderMarkdown } from "../render/markdown.ts";
import { renderText } from "../render/text.ts";
import { type Io, layoutFor, print } from "./io.ts";

export type OutputFlags = { json?: boolean; format: "text" | "md" | "json"; out?: string };

/** `--format`, `--json` and `--out`, alike for every command that shows a report. */
export const withOutputFlags = (command: Command): Command =>
  command
    .addOption(new Option("-o, --format <format>", "how the report is shown").choices(["text", "md", "json"]).default("text"))
    .option("--json", "the same as --format json")
    .option("--out <file>", "write the report there instead of to stdout");

/** The report in the wanted form. A file never gets colours. */
function rendered(report: Report, { json, format, out }: OutputFlags, io: Io, color: boolean): string {
  if (json === true || format === "json") return `${JSON.stringify(report, null, 2)}\n`;
  if (format === "md") return renderMarkdown(report);
  return renderText(report, layoutFor(io, color && out === undefined));
}

/** @throws {IncidentError} CONFIG when `--out` cannot be written. */
export async function showReport(report: Report, flags: OutputFlags, io: Io, { color }: Pick<Config, "color">): Promise<void> {
  const text = rendered(report, flags, io, color);
  if (flags.out === undefined) return print(io, text);
  await writeFile(flags.out, text).catch((cause: unknown) => {
    throw new IncidentError("CONFIG", `the report could not be written to ${flags.out}`, { hint: "Give --out a file in a folder that exists.", cause });
  });
}
