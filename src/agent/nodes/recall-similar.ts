import { recallQueryText, whySimilar } from "../../memory/document.ts";
import { citedFindings, getBody, putBody } from "../bodies.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen } from "../gather.ts";
import { type Step, timed } from "../step.ts";
import { rankStored } from "./rank-causes.ts";

const MAX_SIMILAR = 5;

/** Recalls past incidents that read alike, and ranks again with them: a past outcome is a prior, never a proof. */
export const recallSimilar = (deps: AgentDeps): Step =>
  timed(deps, "recall-similar", async (state) => {
    const { memory, store } = deps;
    const { analysisId, incidentId } = state;
    if (memory === null) return {};
    const incident = asSeen(await getBody(store, analysisId, "incident"), state);
    const ranking = await getBody(store, analysisId, "ranking");
    const findings = await citedFindings(store, analysisId, state.findings);
    const text = recallQueryText({ incident, ranking, findings });
    const recalled = await memory.recall({ text, excludeIncidentId: incidentId, limit: MAX_SIMILAR });
    if (recalled.length === 0) return {};
    const similar = recalled.map((past) => ({ ...past, why: whySimilar({ past, incident, ranking, findings }) }));
    await putBody(store, analysisId, "similar", similar);
    return { verdict: (await rankStored(deps, state, recalled)).verdict };
  });
