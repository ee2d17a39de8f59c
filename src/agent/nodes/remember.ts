import { incidentDocument } from "../../memory/document.ts";
import { citedFindings, getBody } from "../bodies.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen } from "../gather.ts";
import { type Step, timed } from "../step.ts";

/** Writes the incident into the memory, for the next one like it. */
export const remember = (deps: AgentDeps): Step =>
  timed(deps, "remember", async (state) => {
    const { memory, store } = deps;
    const { analysisId } = state;
    if (memory === null) return {};
    const decisions = await Promise.all((await store.listActions(analysisId)).map(({ id }) => store.getDecision(id)));
    await memory.remember(
      incidentDocument({
        incident: asSeen(await getBody(store, analysisId, "incident"), state),
        ranking: await getBody(store, analysisId, "ranking"),
        findings: await citedFindings(store, analysisId, state.findings),
        analysisId,
        decision: decisions.find((decision) => decision?.decision === "approved") ?? decisions.find((decision) => decision != null) ?? null,
        atMs: state.startedAtMs,
      }),
    );
    return {};
  });
