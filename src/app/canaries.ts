import type { Canary, CanaryCandidate, CanaryMargins, CanaryStore } from "../domain/canary.ts";
import type { ModelTask } from "../domain/chat-model.ts";
import { IncidentError } from "../domain/errors.ts";
import { promoted, stopped } from "../llm/canary-rule.ts";
import { newCanaryId } from "./new-ids.ts";

export const CANARY_MARGINS: CanaryMargins = { bad: 0.05, latency: 0.2, tokens: 0.2, unsupported: 0.1 };

/** Who does what, when, and why. */
export type CanaryAct = { by: string; why: string; nowMs: number };
export type CanaryStart = {
  task: ModelTask;
  candidate: CanaryCandidate;
  perStage: number;
  alpha: number;
  margins: CanaryMargins;
};

/** Starts a canary in shadow. @throws {IncidentError} BAD_INPUT if it tries nothing; REJECTED while another runs. */
export async function startCanary(
  store: CanaryStore,
  { task, candidate, ...limits }: CanaryStart,
  { by, why, nowMs }: CanaryAct,
): Promise<Canary> {
  if (candidate.model === undefined && candidate.prompt === undefined)
    throw new IncidentError("BAD_INPUT", "the canary tries nothing: it has neither a model nor a prompt", {
      hint: "Give --model NAME or --prompt-file FILE.",
    });
  const canary: Canary = {
    id: newCanaryId(),
    task,
    candidate,
    mode: "shadow",
    state: "running",
    stage: 0,
    atStage: 0,
    compared: 0,
    tests: {},
    startedAtMs: nowMs,
    ...limits,
  };
  await store.startCanary(canary, { canaryId: canary.id, atMs: nowMs, step: "started", by, why });
  return canary;
}

const missing = (id: string): IncidentError =>
  new IncidentError("NOT_FOUND", `there is no canary ${id}`, {
    hint: "`causeway experiment canary status` lists them.",
  });

/** @throws {IncidentError} NOT_FOUND; REJECTED if it does not run. */
export async function stopCanary(store: CanaryStore, id: string, { by, why, nowMs }: CanaryAct): Promise<Canary> {
  let state: Canary["state"] = "running";
  const canary = await store.changeCanary(id, (current) => {
    ({ state } = current);
    return stopped(current, by, why, nowMs);
  });
  if (canary === null) throw missing(id);
  if (state !== "running")
    throw new IncidentError("REJECTED", `canary ${id} does not run: it is ${state}`, {
      hint: "Nothing is left to stop.",
    });
  return canary;
}

/**
 * Shows a candidate's answers from now on.
 *
 * @throws {IncidentError} NOT_FOUND; REJECTED if its shadow is not at its end, with the reason.
 */
export async function promoteCanary(
  store: CanaryStore,
  id: string,
  { by, nowMs }: Omit<CanaryAct, "why">,
): Promise<Canary> {
  let refusal: string | null = null;
  const canary = await store.changeCanary(id, (current) => {
    const change = promoted(current, by, nowMs);
    refusal = typeof change === "string" ? change : null;
    return typeof change === "string" ? null : change;
  });
  if (canary === null) throw missing(id);
  if (refusal !== null)
    throw new IncidentError("REJECTED", `canary ${id} cannot be promoted: ${String(refusal)}`, {
      hint: "`causeway experiment canary status` shows how far it is.",
    });
  return canary;
}
