import { readFile, stat } from "node:fs/promises";
import type { Command } from "commander";
import { answerPlan, type AskSession } from "../../../ask/ask-session.ts";
import { looksLikePlan, readPlan } from "../../../ask/read-plan.ts";
import { openLogTool } from "../../../compose/log-tool.ts";
import { type AskAnswer, emptyAnswer } from "../../../domain/ask-answer.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type Io, print } from "../../io.ts";
import { problemReporter } from "./report-problems.ts";

export type AskFlags = { plan?: string; explain?: boolean; json?: boolean };

/** A plan as it was typed, or from the file that has it. @throws {IncidentError} BAD_INPUT */
export async function planFrom(text: string): Promise<ReturnType<typeof readPlan>> {
  const isFile = !looksLikePlan(text) && (await isThere(text));
  return readPlan(isFile ? await readFile(text, "utf8") : text);
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
