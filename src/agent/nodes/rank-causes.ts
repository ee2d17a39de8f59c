import type { PastCauses } from "../../domain/hypothesis.ts";
import { rankCauses as rank } from "../../rca/rank.ts";
import { citedFindings, findBody, getBody, putBody } from "../bodies.ts";
import type { Watched } from "../../rca/symptom.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen } from "../gather.ts";
import { temper, unreadCount } from "../sources.ts";
import type { AnalysisState } from "../state.ts";
import { type Step, timed } from "../step.ts";

/** Ranks what the store holds, and puts the ranking there. `past` may tip the scales a little, never prove anything. */
export async function rankStored({ store }: AgentDeps, state: AnalysisState, past: readonly PastCauses[]) {
  const { analysisId } = state;
  const incident = asSeen(await getBody(store, analysisId, "incident"), state);
  const findings = await citedFindings(store, analysisId, state.findings);
  const ranking = temper(
    rank({
      incident,
      findings,
      topology: await getBody(store, analysisId, "topology"),
      similar: past,
      unread: unreadCount(state.notChecked),
      watched: await watchedIn(store, analysisId),
    }),
    state.notChecked,
  );
  await putBody(store, analysisId, "findings", state.findings);
  await putBody(store, analysisId, "ranking", ranking);
  return ranking;
}

async function watchedIn(store: AgentDeps["store"], analysisId: string): Promise<Watched> {
  const [metrics, traces] = [
    await findBody(store, analysisId, "watched.metrics"),
    await findBody(store, analysisId, "watched.traces"),
  ];
  return new Map([...Object.entries(metrics ?? {}), ...Object.entries(traces ?? {})]);
}

/** Findings and topology to ranked causes. */
export const rankCauses = (deps: AgentDeps): Step =>
  timed(deps, "rank-causes", async (state) => ({ verdict: (await rankStored(deps, state, [])).verdict }));
