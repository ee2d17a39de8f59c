import type { CitedFinding } from "../domain/finding.ts";
import type { PastCauses, Ranking } from "../domain/hypothesis.ts";
import type { CauseReading } from "../domain/model-investigation.ts";
import { rankCauses as rank } from "../rca/rank.ts";
import { citedFindings, findArtifact, getArtifact, putArtifact } from "./artifacts.ts";
import type { BaselineCoverage } from "../rca/symptom.ts";
import type { AgentDeps } from "./deps.ts";
import { CAUSES } from "../rca/catalogue.ts";
import { asSeen } from "./gather.ts";
import { doubtOf } from "./doubt.ts";
import { MAX_INVESTIGATIONS } from "./routing.ts";
import { downgrade, unreadCount } from "./sources.ts";
import type { AnalysisState } from "./state.ts";

/** Ranks the stored findings, and stores the ranking. `past` is a weak prior, never a proof. */
export async function rankStored(deps: AgentDeps, state: AnalysisState, past: readonly PastCauses[]) {
  const readings = (await findArtifact(deps.store, state.analysisId, "investigation"))?.readings ?? [];
  const ranking = await rankFindings(deps, state, past, readings);
  await putArtifact(deps.store, state.analysisId, "findings", state.findings);
  await putArtifact(deps.store, state.analysisId, "ranking", ranking);
  return { verdict: ranking.verdict, doubt: canInvestigate(deps, state) ? doubtOf(ranking) : null };
}

const canInvestigate = (
  { models, investigation }: AgentDeps,
  { analysisId, incidentId, investigations }: AnalysisState,
): boolean =>
  models != null &&
  investigation !== "off" &&
  investigations < MAX_INVESTIGATIONS &&
  models.modelsFor("investigate", { analysisId, incidentId }).length > 0;

/** Ranks stored findings without storing the ranking. `readings`: what a model reads in statements. */
export async function rankFindings(
  { store, calibration, withoutCauses }: AgentDeps,
  state: Pick<AnalysisState, "analysisId" | "findings" | "window" | "baseline" | "onset" | "extents" | "coverage">,
  past: readonly PastCauses[],
  readings: readonly CauseReading[],
): Promise<Ranking> {
  const { analysisId } = state;
  const incident = asSeen(await getArtifact(store, analysisId, "incident"), state);
  const findings = await citedFindings(store, analysisId, state.findings);
  const { requests, baselineCoverage } = await comparedSlis(store, analysisId);
  const idOf = new Map(state.findings.map(({ key, id }) => [key, id]));
  return downgrade(
    rank({
      incident,
      findings,
      topology: await getArtifact(store, analysisId, "topology"),
      similar: past,
      extents: state.extents,
      beforeAlarm: await beforeAlarm(store, analysisId),
      unread: unreadCount(state.coverage),
      baselineCoverage,
      readings: readings.flatMap(({ findingKey, entity, cause }) => {
        const findingId = idOf.get(findingKey);
        return findingId === undefined ? [] : [{ findingId, entity, cause }];
      }),
      ...(calibration === undefined ? {} : { calibration }),
      ...(withoutCauses === undefined ? {} : { causes: CAUSES.filter(({ id }) => !withoutCauses.has(id)) }),
    }),
    state.coverage,
    Object.values(requests).some((slis) => slis.length > 0),
  );
}

/** What metrics and access lines show of the time before the alarm. */
async function beforeAlarm(store: AgentDeps["store"], analysisId: string): Promise<CitedFinding[]> {
  const metrics = (await findArtifact(store, analysisId, "metrics.beforeAlarm")) ?? [];
  const requests = (await findArtifact(store, analysisId, "requests.beforeAlarm")) ?? [];
  return [...metrics, ...requests].map((finding) => ({ ...finding, id: "" }));
}

/** The SLIs that were compared for each entity: from access lines alone, and from all signals. */
async function comparedSlis(
  store: AgentDeps["store"],
  analysisId: string,
): Promise<{ requests: Readonly<Record<string, string[]>>; baselineCoverage: BaselineCoverage }> {
  const [requests, metrics, traces] = [
    await findArtifact(store, analysisId, "baselineCoverage.requests"),
    await findArtifact(store, analysisId, "baselineCoverage.metrics"),
    await findArtifact(store, analysisId, "baselineCoverage.traces"),
  ];
  const slis = new Map<string, string[]>();
  for (const [entity, compared] of [requests, metrics, traces].flatMap((each) => Object.entries(each ?? {})))
    slis.set(entity, [...new Set([...(slis.get(entity) ?? []), ...compared])].toSorted());
  return { requests: requests ?? {}, baselineCoverage: slis };
}
