import type { ActionEffect } from "../../domain/action.ts";
import { AUDIT_PROGRAM } from "../../domain/audit-entries.ts";
import { messageOf } from "../../domain/errors.ts";
import type { Execution, SymptomReading } from "../../domain/execution.ts";
import type { Log } from "../../domain/log.ts";
import { learnFromResult, type ResultParts } from "../memory/learn-from-result.ts";

/** What could not be asked teaches nothing. */
const EFFECTS: Readonly<Record<SymptomReading["state"], ActionEffect | null>> = {
  gone: "helped",
  not_gone: "did_not_help",
  worse: "made_worse",
  unmeasured: null,
};

/** Teaches the memory what was seen of the symptom after an execution. A memory that is down changes no execution. */
export async function learnFromExecution(
  { log, ...parts }: ResultParts & { log: Log },
  { actionId, id, symptom, endedAtMs, startedAtMs, state }: Execution,
): Promise<void> {
  const effect = symptom.after === null || state === "unknown" ? null : EFFECTS[symptom.after.state];
  if (effect === null) return;
  const note = symptom.after?.why ?? null;
  const atMs = endedAtMs ?? startedAtMs;
  await learnFromResult(parts, { actionId, effect, source: "execution", by: AUDIT_PROGRAM, atMs, note }).catch(
    (error: unknown) => log.error({ actionId, executionId: id }, `the memory did not learn: ${messageOf(error)}`),
  );
}
