import type { Requirement } from "../../app/requirement.ts";
import type { Action, Decision } from "../../domain/action.ts";
import type { HumanNote } from "../../domain/chat-thread.ts";
import { IncidentError, isNotFound } from "../../domain/errors.ts";
import type { Execution } from "../../domain/execution.ts";
import type { Report } from "../../domain/report.ts";
import type { AnalysisDetail, Feedback, IncidentDetail } from "../../domain/service.ts";
import type { Series, Topology } from "../../domain/telemetry.ts";
import { wantedSeries } from "../../render/picture/incident-picture.ts";
import type { CausewayService } from "../../service/causeway-service.ts";

/** What the policy says of an action that is still open, now. */
export type LiveRequirement = Pick<Requirement, "sentence" | "given"> & { mode: Requirement["decision"]["mode"] };

/** A person's rejection of the same proposal. */
export type EarlierRejection = { analysisId: string; decision: Decision };

/** Everything on record that the page of an incident shows. `analysis`: null if the incident was never analysed. */
export type IncidentData = {
  incident: IncidentDetail;
  analysis: AnalysisDetail | null;
  series: Series[];
  topology: Topology;
  notes: HumanNote[];
  feedback: Feedback[];
  executions: Execution[];
  /** By action. */
  requirements: ReadonlyMap<string, LiveRequirement>;
  /** By action: the newest rejection of the same step on the same target, in an earlier analysis. */
  earlierRejections: ReadonlyMap<string, EarlierRejection>;
};
/** The same, once there is a report. */
export type ReportedIncident = IncidentData & { analysis: AnalysisDetail; report: Report };

/**
 * @param analysisId null for the newest analysis that has a report, else the newest of all.
 * @throws {IncidentError} NOT_FOUND
 */
export async function readIncident(
  service: CausewayService,
  incidentId: string,
  analysisId: string | null,
  nowMs: number,
): Promise<IncidentData> {
  const incident = await service.getIncident(incidentId);
  const analysis = await analysisOf(service, incident, analysisId);
  const report = analysis?.report ?? null;
  const open = analysis?.actions.filter(({ decision }) => decision === null) ?? [];
  const [series, topology, notes, feedback, executions, requirements, earlierRejections] = await Promise.all([
    report === null ? [] : seriesOf(service, report),
    analysis === null ? { nodes: [], edges: [] } : service.topologyOf(analysis.id),
    service.notesOf(incidentId),
    analysis === null ? [] : service.feedbackOf(analysis.id),
    analysis === null ? [] : service.executionsOf(analysis.id),
    Promise.all(
      open.map(async ({ action }) => {
        const { sentence, given, decision } = await service.requirement(action.id, nowMs);
        return [action.id, { sentence, given, mode: decision.mode }] as const;
      }),
    ),
    analysis === null ? new Map() : rejectionsBefore(service, incident, analysis),
  ]);
  const live = new Map(requirements);
  return {
    incident,
    analysis,
    series,
    topology,
    notes,
    feedback,
    executions,
    requirements: live,
    earlierRejections,
  };
}

/** Earlier analyses that are searched for rejections. */
const MAX_SEARCHED = 5;

/** Analyzing again must not hide that a person rejected the same step on the same target before, and why. */
async function rejectionsBefore(
  service: Pick<CausewayService, "getAnalysis">,
  { analyses }: IncidentDetail,
  { id, actions }: AnalysisDetail,
): Promise<Map<string, EarlierRejection>> {
  if (actions.length === 0) return new Map();
  const at = analyses.findIndex((one) => one.id === id);
  const before = analyses.slice(at + 1, at + 1 + MAX_SEARCHED);
  const found = new Map<string, EarlierRejection>();
  for (const { id: analysisId } of before) {
    const earlier = await service.getAnalysis(analysisId);
    for (const { action } of actions) {
      const same = earlier.actions.find(
        ({ action: other, decision }) => isRejection(decision) && sameProposal(action, other),
      );
      if (same?.decision && !found.has(action.id)) found.set(action.id, { analysisId, decision: same.decision });
    }
  }
  return found;
}

/** An edit rejects the action that it replaces: nobody said no to that. */
const isRejection = (decision: Decision | null): boolean =>
  decision !== null && decision.decision === "rejected" && decision.reason !== "replaced";

const sameProposal = (a: Action, b: Action): boolean =>
  a.runbook === b.runbook && a.step === b.step && a.target.id === b.target.id && a.target.kind === b.target.kind;

async function analysisOf(
  service: CausewayService,
  { analyses }: IncidentDetail,
  analysisId: string | null,
): Promise<AnalysisDetail | null> {
  if (analysisId !== null) return service.getAnalysis(analysisId);
  const [newest] = analyses;
  const isUnderWay = newest?.status === "queued" || newest?.status === "running";
  // the report before is more useful than a step that runs; the page links to what runs
  const shown = isUnderWay
    ? (analyses.find(({ status }) => status === "done" || status === "waiting_for_review") ?? newest)
    : newest;
  return shown === undefined ? null : service.getAnalysis(shown.id);
}

/** Telemetry that cannot be read any more leaves the timeline without series. */
async function seriesOf(service: CausewayService, report: Report): Promise<Series[]> {
  try {
    return await service.seriesOf(report.incident_id, wantedSeries(report));
  } catch (error) {
    if (error instanceof IncidentError || isNotFound(error)) return [];
    throw error;
  }
}
