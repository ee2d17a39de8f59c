import type { Action } from "../../domain/action.ts";
import type { CauseCard } from "../../domain/cause.ts";
import type { CitedFinding, FindingRef } from "../../domain/finding.ts";
import type { ResourceForecast } from "../../domain/forecast.ts";
import type { Ranking } from "../../domain/hypothesis.ts";
import type { Incident } from "../../domain/incident.ts";
import type { ModelInvestigation } from "../../domain/model-investigation.ts";
import type { ModelSpend } from "../../domain/model-verdict.ts";
import type { Claim } from "../../domain/ports.ts";
import { REPORT_SCHEMA, type Report } from "../../domain/report.ts";
import type { Topology } from "../../domain/telemetry.ts";
import { isoTime } from "../../domain/time.ts";
import type { Ownership } from "../../triage/route.ts";
import type { AlertRunbook } from "../alert-runbooks.ts";
import type { PagesFound, RunbookChoice, Similar } from "../artifacts.ts";
import type { AnalysisState } from "../state.ts";
import { bundleSha256 } from "./bundle.ts";
import { alertsOf, hypothesesOf, propagationOf, rootCausesOf } from "./causes.ts";
import { anomaliesOf, evidenceOf, timelineOf } from "./evidence.ts";
import { lateAlarmGaps } from "./late-alarm.ts";
import { investigationOf } from "./model-investigation.ts";
import { reportedActions } from "./reported-actions.ts";
import { onsetOf } from "./onset.ts";
import type { OpenedEvidence } from "./opened-evidence.ts";
import { redactReport } from "./redact.ts";
import { triageOf } from "./triage.ts";
import { type SignalCoverage, silentEntities, silentGaps } from "./silent-entities.ts";

export type Concluded = {
  state: Pick<
    AnalysisState,
    "analysisId" | "startedAtMs" | "observedFromMs" | "coverage" | "timings" | "droppedClaims" | "use" | "model"
  >;
  incident: Incident;
  findings: readonly CitedFinding[];
  topology: Topology;
  ranking: Ranking;
  covered: SignalCoverage;
  similar: Similar;
  claims: readonly Claim[];
  /** What a model did to find the cause; null if none did. */
  investigation: ModelInvestigation | null;
  refs: readonly FindingRef[];
  opened: ReadonlyMap<string, OpenedEvidence>;
  runbook: RunbookChoice;
  alertRunbooks: readonly AlertRunbook[];
  runbookPages: PagesFound;
  runningOut: readonly ResourceForecast[];
  actions: readonly Action[];
  owners: Ownership;
  cardOf: (cause: string) => CauseCard | undefined;
  versions: Readonly<Record<string, string>>;
  /** What models used; null without a model. */
  spend: ModelSpend | null;
  nowMs: number;
};

function costOf(use: AnalysisState["use"], spend: ModelSpend | null): Report["cost"] {
  if (spend === null || spend.calls + spend.cachedCalls + spend.warnings.length === 0)
    return { input_tokens: use.inputTokens, output_tokens: use.outputTokens, usd: null };
  return {
    input_tokens: spend.inputTokens,
    output_tokens: spend.outputTokens,
    usd: spend.usd,
    calls: spend.calls,
    cached_calls: spend.cachedCalls,
    models: [...spend.models],
    ...(spend.warnings.length === 0 ? {} : { warnings: [...spend.warnings] }),
  };
}

const runningOutOf = (resources: readonly ResourceForecast[]): Pick<Report, "running_out"> =>
  resources.length === 0 ? {} : { running_out: [...resources] };

const similarOf = (similar: Similar): Report["similar"] =>
  similar.map(({ incidentId, probability, outcome, entity, cause, why, tried }) => ({
    incident_id: incidentId,
    score: probability,
    outcome,
    entity,
    category: cause,
    why,
    ...(tried === undefined
      ? {}
      : { tried: tried.map(({ step, runbook, result, atMs }) => ({ step, runbook, result, at: isoTime(atMs) })) }),
  }));

const runbookPagesOf = (pages: PagesFound): Pick<Report, "runbook_pages"> =>
  pages.length === 0
    ? {}
    : {
        runbook_pages: pages.map(({ id, section, title, alerts, certainty }) => ({
          page: id,
          section,
          title,
          alerts,
          certainty,
        })),
      };

/** Where edges were observed. Edges that a person declared are the rest, if there are others. */
function callGraphOf({ edges }: Topology): Pick<Report, "call_graph"> {
  const observed = edges.flatMap(({ seen = [] }) => seen);
  if (observed.length === 0) return {};
  const declared = edges.filter(({ seen }) => seen === undefined).length;
  const rows = [...Map.groupBy(observed, ({ by }) => by)].map(([source, seen]) => {
    const newestMs = seen.reduce<number | null>(
      (max, { atMs }) => (atMs === null ? max : Math.max(max ?? 0, atMs)),
      null,
    );
    return { source, edges: seen.length, newest: newestMs === null ? null : isoTime(newestMs) };
  });
  return {
    call_graph: [
      ...rows.toSorted((a, b) => (a.source < b.source ? -1 : 1)),
      ...(declared === 0 ? [] : [{ source: "declared", edges: declared, newest: null }]),
    ],
  };
}

/** The evidence ids that the report cites. */
function citedIds(
  report: Pick<Report, "hypotheses" | "claims" | "propagation" | "actions">,
  foundIds: readonly string[],
): Set<string> {
  return new Set([
    ...foundIds,
    ...report.hypotheses.flatMap(({ evidence_ids: supporting, against_ids: against }) => [...supporting, ...against]),
    ...[...report.claims, ...report.propagation, ...report.actions].flatMap(({ evidence_ids: ids }) => ids),
  ]);
}

/** Adds the calls that only failure messages show, so that the effects on these callers are seen. */
function withCallers(topology: Topology, callee: string | undefined, callers: readonly string[]): Topology {
  const added = callee === undefined ? [] : callers.map((from) => ({ from, to: callee, kind: "calls" as const }));
  return added.length === 0 ? topology : { ...topology, edges: [...topology.edges, ...added] };
}

/** Builds the report that people and programs read. Secrets are masked. */
export function buildReport(concluded: Concluded): Report {
  const { state, incident, findings, ranking, nowMs } = concluded;
  const [first] = ranking.hypotheses;
  const topology = withCallers(concluded.topology, first?.entity.id, ranking.statedCallers ?? []);
  const blamed = ranking.verdict === "root_cause" ? first : undefined;
  const silent = silentEntities(concluded.covered, ranking, concluded.topology);
  const triage = triageOf({ ...concluded, topology, verdict: ranking.verdict, blamed });
  const conclusions = {
    root_causes: rootCausesOf(ranking, concluded.cardOf),
    hypotheses: hypothesesOf(ranking, silent, concluded.cardOf),
    claims: concluded.claims.map(({ text, evidenceIds }) => ({ text, evidence_ids: evidenceIds })),
    propagation: propagationOf(blamed, findings),
    actions: reportedActions(concluded.actions),
  };
  const investigated = investigationOf(concluded.investigation, concluded.refs, { incident, ranking, findings });
  const cited = citedIds(conclusions, investigated.investigation?.found_ids ?? []);
  const evidence = evidenceOf(findings, cited, concluded.opened);
  const unlisted = findings.length - evidence.length;
  const report = redactReport({
    schema_version: REPORT_SCHEMA,
    analysis_id: state.analysisId,
    incident_id: incident.id,
    title: incident.title,
    system: incident.system,
    alarm_at: incident.alarmAtMs === null ? null : isoTime(incident.alarmAtMs),
    ...onsetOf(incident, ranking, state.observedFromMs),
    verdict: ranking.verdict,
    why: ranking.why,
    ...(ranking.faultShown === undefined ? {} : { fault_shown: ranking.faultShown }),
    ...(ranking.confidenceLimits === undefined ? {} : { confidence_limits: ranking.confidenceLimits }),
    ...conclusions,
    dropped_claims: state.droppedClaims,
    alerts_explained: alertsOf(blamed, findings, topology),
    timeline: timelineOf(findings, new Set(first?.path ?? []), cited).filter(({ evidence_id: id }) =>
      evidence.some((one) => one.id === id),
    ),
    anomalies: anomaliesOf(evidence),
    evidence,
    ...runningOutOf(concluded.runningOut),
    similar: similarOf(concluded.similar),
    not_checked: [
      ...state.coverage.map(({ source, why }) => ({ source, why })),
      ...(ranking.monitoringGaps ?? []).map((why) => ({ source: "metrics", why })),
      ...silentGaps(silent),
      ...lateAlarmGaps(incident, ranking, state.coverage),
      ...(unlisted > 0 ? [{ source: "report", why: `lists ${evidence.length} of ${findings.length} findings` }] : []),
    ],
    ...callGraphOf(topology),
    next_evidence: ranking.nextEvidence,
    runbook: concluded.runbook,
    ...(concluded.alertRunbooks.length === 0 ? {} : { alert_runbooks: [...concluded.alertRunbooks] }),
    ...runbookPagesOf(concluded.runbookPages),
    ...(triage === undefined ? {} : { triage }),
    ...investigated,
    ...(ranking.change === undefined ? {} : { change: ranking.change }),
    cost: costOf(state.use, concluded.spend),
    mode: state.model === null ? "deterministic" : "llm",
    model: state.model,
    bundle_sha256: "",
    versions: concluded.versions,
    timings: { started_at: isoTime(state.startedAtMs), ms: nowMs - state.startedAtMs, nodes: state.timings },
  });
  return { ...report, bundle_sha256: bundleSha256({ incident, findings, topology: concluded.topology }, report) };
}
