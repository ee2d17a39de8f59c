import type { Config } from "../config.ts";
import { fileRunbooks } from "../connectors/files/runbooks.ts";
import type { RunbookSource } from "../domain/ports.ts";
import { readRunbook } from "../remediation/runbook.ts";

/** The configured runbooks: a team's own before those of Causeway. */
export const openRunbooks = ({ runbooks }: Pick<Config, "runbooks">): RunbookSource =>
  fileRunbooks(runbooks, readRunbook);
