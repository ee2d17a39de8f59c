import { IncidentError } from "../../domain/errors.ts";
import type { Claim, ClaimRun, ClaimWriter, ExplainInput, ModelUse } from "../../domain/ports.ts";
import { checkClaims, checkModelClaims } from "../../llm/verify-claims.ts";
import { deterministicClaims } from "../../llm/write-deterministic.ts";
import { citedFindings, getArtifact, putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { sumOfUse } from "../model-use.ts";
import type { AnalysisState } from "../state.ts";
import { explainFailure, type NodeStep, timed } from "../step.ts";

async function explainInput({ store }: AgentDeps, { analysisId, findings }: AnalysisState): Promise<ExplainInput> {
  const { id, title, system, entry, alarmAtMs } = await getArtifact(store, analysisId, "incident");
  return {
    incident: { id, title, system, entry, alarmAtMs },
    ranking: await getArtifact(store, analysisId, "ranking"),
    findings: await citedFindings(store, analysisId, findings),
  };
}

type Written = { claims: readonly Claim[]; use: ModelUse; model: string | null; error: IncidentError | null };

/**
 * Returns an expected failure as a value, because the tokens spent before it still count. The writer itself retries.
 */
async function writeClaims(writer: ClaimWriter, input: ExplainInput, run: ClaimRun): Promise<Written> {
  const use = { inputTokens: 0, outputTokens: 0 };
  const onUse = ({ inputTokens, outputTokens }: ModelUse): void => {
    use.inputTokens += inputTokens;
    use.outputTokens += outputTokens;
  };
  try {
    return { ...(await writer.writeClaims(input, { ...run, onUse })), error: null };
  } catch (error) {
    if (error instanceof IncidentError) return { claims: [], use, model: null, error };
    throw error;
  }
}

/** Writes the conclusion in sentences. A claim is dropped if none of its evidence resolves, whoever wrote it. */
export const explain = (deps: AgentDeps): NodeStep =>
  timed(deps, "explain", async (state, { signal }) => {
    const { writer } = deps;
    if (writer === null) return explainWithoutModel(deps)(state);
    const input = await explainInput(deps, state);
    const context = { analysisId: state.analysisId, incidentId: input.incident.id };
    const { claims, use, model, error } = await writeClaims(writer, input, { context, signal });
    if (error !== null) {
      const why = explainFailure(deps, state, "explain", error);
      return {
        ...(await explainWithoutModel(deps)(state)),
        use: sumOfUse(state.use, use),
        coverage: [{ source: "model", kind: "failed" as const, why }],
      };
    }
    const { kept, dropped } = checkModelClaims(claims, input);
    if (kept.length === 0) {
      const sentences = dropped.length === 1 ? "the only sentence" : `all ${dropped.length} sentences`;
      const why = `${sentences} of the model lacked evidence, so Causeway wrote the text without a model`;
      return {
        ...(await explainWithoutModel(deps)(state)),
        use: sumOfUse(state.use, use),
        droppedClaims: state.droppedClaims + dropped.length,
        coverage: [{ source: "model", kind: "partial" as const, why }],
      };
    }
    await putArtifact(deps.store, state.analysisId, "claims", kept);
    return {
      use: sumOfUse(state.use, use),
      droppedClaims: state.droppedClaims + dropped.length,
      model,
    };
  });

/** Writes the claims without a model. They are also the fallback if a model fails. */
export const explainWithoutModel = (deps: AgentDeps) => async (state: AnalysisState) => {
  const input = await explainInput(deps, state);
  await putArtifact(deps.store, state.analysisId, "claims", checkClaims(deterministicClaims(input), input).kept);
  return {};
};
