import type { Config } from "../config.ts";
import { pageFolders } from "../connectors/files/page-folders.ts";
import { fileRunbooks } from "../connectors/files/runbooks.ts";
import type { RunbookSource } from "../domain/ports.ts";
import { type PageLibrary, pageLibrary } from "../memory/pages/page-library.ts";
import { readRunbook } from "../remediation/runbook.ts";

/** The configured runbooks: a team's own before those of Causeway. */
export const openRunbooks = ({ runbooks }: Pick<Config, "runbooks">): RunbookSource =>
  fileRunbooks(runbooks, readRunbook);

/** A team's own pages; undefined if no folder is configured. */
export const openPages = ({ runbookPages: dirs }: Partial<Pick<Config, "runbookPages">>): PageLibrary | undefined =>
  dirs === undefined || dirs.length === 0 ? undefined : pageLibrary(pageFolders(dirs));
