import type { CitedFinding } from "../domain/finding.ts";
import { isForgeable, type MeasuredFault } from "../remediation/independent-evidence.ts";
import type { AgentDeps } from "./deps.ts";
import { rankFindings } from "./rank-stored.ts";
import { isAnythingMeasured } from "./sources.ts";
import type { AnalysisState } from "./state.ts";

/** Whether a fault shows without the texts that strangers can write: the findings are ranked again without these. */
export async function measuredFaultOf(
  deps: AgentDeps,
  state: AnalysisState,
  findings: readonly CitedFinding[],
): Promise<MeasuredFault> {
  if (!isAnythingMeasured(state.coverage)) return "not_read";
  const measured = new Set(findings.filter((finding) => !isForgeable(finding)).map(({ id }) => id));
  const { analysisId, window, baseline, onset, extents, coverage } = state;
  const seen = { analysisId, window, baseline, onset, extents, coverage };
  const refs = state.findings.filter(({ id }) => measured.has(id));
  const { faultShown } = await rankFindings(deps, { ...seen, findings: refs }, [], []);
  return faultShown === true ? "shown" : "not_shown";
}
