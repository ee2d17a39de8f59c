import type { NativeQuery } from "../../domain/ports.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import { type PageTemplates, queryPage } from "../link.ts";
import { regexOfAny } from "../line-regex.ts";
import { shellQuoted } from "../shell-quoted.ts";
import type { LogFile } from "./find-files.ts";

const GREP = { plain: "grep", gzip: "zgrep", zstd: "zstdgrep" } as const satisfies Record<LogFile["coding"], string>;

/**
 * The command that prints the lines with their numbers, or the path of the file where no text is searched for. The text
 * comes from logs, so it is escaped for the expression, and quoted for the shell.
 */
export const nativeOfFiles = (
  files: readonly LogFile[],
  { patterns, range, entities }: TelemetryQuery,
  pages: PageTemplates,
): NativeQuery[] =>
  files.map(({ path, coding }) => ({
    language: patterns.length === 0 ? "file" : "shell",
    text:
      patterns.length === 0
        ? path
        : `${GREP[coding]} -nE -e ${shellQuoted(regexOfAny(patterns))} -- ${shellQuoted(path)}`,
    link: queryPage(pages, null, { query: path, range, service: entities[0] ?? "" }),
  }));
