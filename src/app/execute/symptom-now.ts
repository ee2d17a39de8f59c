import { citedFindings, findArtifact } from "../../agent/artifacts.ts";
import type { Action } from "../../domain/action.ts";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import type { SymptomReading } from "../../domain/execution.ts";
import type { CitedFinding } from "../../domain/finding.ts";
import type { AlertSource, AnalysisStore, IncidentStore, Telemetry } from "../../domain/ports.ts";
import type { QueryOf } from "../../domain/query.ts";
import { measuresOf } from "../../metrics/measures.ts";
import { feltFindings } from "../../remediation/felt-findings.ts";
import { joinedReading, levelState, MIN_SAMPLES, symptomQuestion } from "../../remediation/symptom-state.ts";
import { openHandle } from "../../telemetry/handle.ts";

/** Asks whether users still feel the incident. */
export type SymptomReader = {
  /**
   * @param sinceMs only what was measured since then counts. Never throws for a source that is down: `unmeasured`.
   * @returns `mayChange`: whether a later answer may differ.
   */
  read(sinceMs: number, signal: AbortSignal): Promise<{ reading: SymptomReading; mayChange: boolean }>;
};

export type SymptomParts = {
  store: AnalysisStore;
  incidents: Pick<IncidentStore, "openTelemetry">;
  now: () => number;
};

/** A counter needs samples from before, to give a rate at once. Milliseconds. */
const LEAD_MS = 60_000;
const STEP_MS = 5_000;

/** `isFinal`: no later answer will differ. */
type Part = Parameters<typeof joinedReading>[0][number] & { isFinal?: boolean };

/** What the report of an action's analysis saw of the symptom, and how to ask for it now. */
export async function symptomReader(
  { store, incidents, now }: SymptomParts,
  { analysisId, incidentId, kind }: Pick<Action, "analysisId" | "incidentId" | "kind">,
): Promise<SymptomReader> {
  if (kind === "silence") return unread("a silence changes nothing that users feel", now);
  const ranking = await findArtifact(store, analysisId, "ranking");
  const refs = (await findArtifact(store, analysisId, "findings")) ?? [];
  const [first] = ranking?.hypotheses ?? [];
  const cited = first === undefined ? [] : await citedFindings(store, analysisId, refs);
  const felt = first === undefined ? [] : feltFindings(first, cited);
  const { alert, metric } = symptomQuestion(felt, cited);
  if (alert === null && metric === null) {
    return unread("the analysis found no alert and no metric that shows what users felt", now);
  }
  return {
    async read(sinceMs, signal) {
      const parts: Part[] = [];
      try {
        const telemetry = await incidents.openTelemetry(incidentId);
        if (alert !== null) parts.push(await alertNow(telemetry, alert, signal));
        if (metric !== null) parts.push(await metricNow(telemetry, metric, { sinceMs, nowMs: now() }, signal));
      } catch (error) {
        if (!(error instanceof IncidentError) && !signal.aborted) throw error;
        parts.push(unmeasured(`the telemetry cannot be asked: ${messageOf(error)}`));
      }
      const mayChange = parts.some((part) => part.isFinal !== true);
      return { reading: joinedReading(parts, now(), "nothing could be asked"), mayChange };
    },
  };
}

const unread = (why: string, now: () => number): SymptomReader => ({
  read: async () => ({ reading: joinedReading([], now(), why), mayChange: false }),
});

const unmeasured = (why: string): Part => ({ state: "unmeasured", why, value: null, quiet: null, incident: null });

async function alertNow(telemetry: Telemetry, finding: CitedFinding, signal: AbortSignal): Promise<Part> {
  const name = String(finding.evidence.facts.name);
  const sources = telemetry.filter(
    (source): source is AlertSource => source.signal === "alert" && "firingNow" in source,
  );
  const wanted = new Set((finding.evidence.reads ?? []).flatMap(({ query }) => query.sources));
  const own = sources.filter((source) => wanted.size === 0 || wanted.has(source.name));
  const [source, ...others] = own.length > 0 ? own : sources;
  if (source === undefined)
    return { ...unmeasured(`nothing says whether the alert ${name} still fires`), isFinal: true };
  const firing = [];
  for (const one of [source, ...others]) firing.push(...((await one.firingNow?.({ signal })) ?? []));
  const isFiring = firing.some((alert) => alert.name === name && alert.entity === finding.entity.id);
  return {
    ...unmeasured(`the alert ${name} ${isFiring ? "still fires" : "does not fire any more"}`),
    state: isFiring ? "not_gone" : "gone",
  };
}

async function metricNow(
  telemetry: Telemetry,
  finding: CitedFinding,
  { sinceMs, nowMs }: { sinceMs: number; nowMs: number },
  signal: AbortSignal,
): Promise<Part> {
  const name = String(finding.evidence.facts.metric);
  const [read] = finding.evidence.reads ?? [];
  const isLive = telemetry.some((source) => source.signal === "metric" && source.capabilities.holds === "system");
  if (read?.query.signal !== "metric" || !isLive)
    return { ...unmeasured(`${name} is not measured any more: it is a recording`), isFinal: true };
  const query: QueryOf<"metric"> = {
    ...read.query,
    signal: "metric",
    range: { startMs: sinceMs - LEAD_MS, endMs: Math.max(nowMs, sinceMs) },
    stepMs: STEP_MS,
  };
  const { data } = await openHandle(telemetry, nowMs).query(query, { signal });
  const measured = measuresOf(data).find(
    ({ series }) => series.metric === name && series.entity === finding.entity.id,
  )?.series;
  const values = (measured?.values ?? []).filter((_, at) => (measured?.timesMs[at] ?? 0) >= sinceMs);
  return levelState(finding, values) ?? unmeasured(`${name} has fewer than ${MIN_SAMPLES} samples since the change`);
}
