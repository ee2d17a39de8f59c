import type { Claim, ExplainInput } from "../../domain/ports.ts";
import { checkCitations } from "../../llm/check-citations.ts";
import { deterministicClaims } from "../../llm/write-deterministic.ts";
import { citedFindings, getBody, putBody } from "../bodies.ts";
import type { AgentDeps } from "../deps.ts";
import type { AnalysisState } from "../state.ts";
import { type Step, timed } from "../step.ts";

/** Entities on the way from the symptom to the suspect may be named without evidence of their own. */
const check = (claims: readonly Claim[], { findings, ranking }: ExplainInput) => checkCitations(claims, findings, ranking.hypotheses[0]?.path ?? []);

async function explainInput({ store }: AgentDeps, { analysisId, findings }: AnalysisState): Promise<ExplainInput> {
  const { id, title, system, entry, alarmAtMs } = await getBody(store, analysisId, "incident");
  return {
    incident: { id, title, system, entry, alarmAtMs },
    ranking: await getBody(store, analysisId, "ranking"),
    findings: await citedFindings(store, analysisId, findings),
  };
}

/** Puts the conclusion into sentences. Whoever writes them, a sentence whose evidence does not resolve is dropped. */
export const explain = (deps: AgentDeps): Step =>
  timed(deps, "explain", async (state, { signal }) => {
    const { writer } = deps;
    if (writer === null) return explainWithoutModel(deps)(state);
    const input = await explainInput(deps, state);
    const { claims, use } = await writer.writeClaims(input, signal);
    const { kept, dropped } = check(claims, input);
    if (kept.length === 0) {
      const why = `none of the ${dropped.length} claims of the model held up; the deterministic text stands`;
      return { ...(await explainWithoutModel(deps)(state)), use, droppedClaims: dropped.length, notChecked: [{ source: "model", kind: "partial" as const, why }] };
    }
    await putBody(deps.store, state.analysisId, "claims", kept);
    return { use, droppedClaims: dropped.length, model: writer.name };
  });

/** The deterministic writer: always there, and what stands when a model fails. */
export const explainWithoutModel = (deps: AgentDeps) => async (state: AnalysisState) => {
  const input = await explainInput(deps, state);
  await putBody(deps.store, state.analysisId, "claims", check(deterministicClaims(input), input).kept);
  return {};
};
