import { type Agent, analyse } from "../agent/analyse.ts";
import { getArtifact } from "../agent/artifacts.ts";
import { seenBy } from "../agent/seen.ts";
import type { Report } from "../domain/report.ts";
import type { Seen } from "../memory/document.ts";

/** The id of the only analysis in a store of its own. */
const ANALYSIS_ID = "bench";

/**
 * The result of one analysis. `steps`: nodes that ran. `confidenceFeatures`: the features behind the confidence; null
 * without a hypothesis. `seen`: what memory would store.
 */
export type OnceAnalysed = {
  report: Report;
  steps: number;
  confidenceFeatures: Readonly<Record<string, number>> | null;
  seen: Seen;
};

/** Analyses one incident with an agent whose store holds no other analysis. @throws {IncidentError} as `analyse` */
export async function analyseOnce(agent: Agent, incidentId: string): Promise<OnceAnalysed> {
  const { store } = agent.deps;
  let steps = 0;
  const { report } = await analyse(agent, incidentId, { analysisId: ANALYSIS_ID, onStep: () => (steps += 1) });
  const { confidenceFeatures = null } = await getArtifact(store, ANALYSIS_ID, "ranking");
  return { report, steps, confidenceFeatures, seen: await seenBy(store, ANALYSIS_ID) };
}
