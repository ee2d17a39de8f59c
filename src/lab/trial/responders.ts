import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { jsonOrNull, type LabCauseway, type LabReport } from "./causeway-process.ts";
import { wrongEdit } from "./wrong-edit.ts";

/** What one action came to. `state`: of its execution, or `refused` if it was not approved. */
export type ExecutedAction = {
  id: string;
  runbook: string;
  step: string;
  target: string;
  startedMs: number;
  endedMs: number;
  state: string;
  why: string;
};

const ExecutionAnswer = z.looseObject({ state: z.string(), why: z.string().nullish() });
const Edited = z.looseObject({ action_id: z.string() });
const KEPT_WORDS = 300;

/**
 * Approves one action as the person of the lab, and executes it.
 *
 * @param wrongWorkload the person edits the action first, so that it changes this workload; null: it stays as proposed.
 * @param folder of the trial: gets the files of the edit.
 */
export async function approveAndExecute(
  causeway: LabCauseway,
  action: LabReport["report"]["actions"][number],
  wrongWorkload: string | null,
  folder: string,
): Promise<ExecutedAction> {
  const { id, runbook, step, target } = action;
  const startedMs = Date.now();
  const ended = (state: string, why: string): ExecutedAction => ({
    id,
    runbook,
    step,
    target: wrongWorkload ?? target,
    startedMs,
    endedMs: Date.now(),
    state,
    why: why.trim().slice(-KEPT_WORDS),
  });
  let approvedId = id;
  if (wrongWorkload !== null) {
    const files = Object.entries(wrongEdit(wrongWorkload)).flatMap(([part, text]) => {
      const file = join(folder, `wrong-${part}.txt`);
      writeFileSync(file, `${text}\n`);
      return [`--${part}`, file];
    });
    const edited = await causeway.run("edit", id, ...files, "--json");
    const replaced = Edited.safeParse(jsonOrNull(edited.stdout)).data;
    if (replaced === undefined) return ended("refused", edited.stderr);
    approvedId = replaced.action_id;
  }
  const approved = await causeway.run("approve", approvedId, "--json");
  if (approved.code !== 0) return ended("refused", approved.stderr);
  const executed = await causeway.run("execute", approvedId, "--json");
  const outcome = ExecutionAnswer.safeParse(jsonOrNull(executed.stdout)).data;
  return ended(outcome?.state ?? "refused", outcome === undefined ? executed.stderr : (outcome.why ?? ""));
}
