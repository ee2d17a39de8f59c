import { alertKind } from "../alerts/tally.ts";
import type { Incident } from "../domain/incident.ts";
import type { IncidentStore } from "../domain/ports.ts";
import type { Alert } from "../domain/telemetry.ts";
import { nanosToMs } from "../domain/time.ts";
import { readRecords } from "../logs/lines/read-records.ts";
import { severityOf } from "../logs/lines/severity.ts";
import { metricFindings } from "../metrics/findings.ts";
import { openHandle, type TelemetryHandle } from "../telemetry/handle.ts";
import { notReadyWorkload } from "./baselines-cluster.ts";
import type { Prediction } from "./formats.ts";
import { toPrediction } from "./to-prediction.ts";

/** Simple methods that need no Causeway. Each score is printed next to theirs. */
export const BASELINES = [
  "largest shift",
  "alerts × rarity",
  "loudest error log",
  "not-ready pod",
  "majority",
] as const;
export type Baseline = (typeof BASELINES)[number];
type Score = { entity: string; entityKind: string; score: number };
type Method = (telemetry: TelemetryHandle, incident: Incident) => Promise<Score[]>;

const MAX_PLACES = 10;

/** Ranks entities by how far a metric left its baseline range. */
async function largestShift(telemetry: TelemetryHandle, incident: Incident): Promise<Score[]> {
  const read = await telemetry.readIncident("metric", incident);
  if (read === null) return [];
  const findings = metricFindings({
    own: read.own,
    shared: read.baseline,
    incident,
    connector: read.source,
    query: "",
  });
  return findings.map(({ entity, strength }) => ({ entity: entity.id, entityKind: entity.kind, score: strength }));
}

/** Ranks entities by their alerts, each kind weighted by ln(1 + entities / entities that raise it). */
async function rarestAlerts(telemetry: TelemetryHandle, incident: Incident): Promise<Score[]> {
  const alerts = (await telemetry.readIncident("alert", incident))?.own ?? [];
  const raisers = new Map(
    [...Map.groupBy(alerts, alertKind)].map(([kind, same]) => [kind, new Set(same.map(({ entity }) => entity)).size]),
  );
  const entities = new Set(alerts.map(({ entity }) => entity)).size;
  const worth = (alert: Alert): number => alert.count * Math.log1p(entities / (raisers.get(alertKind(alert)) ?? 1));
  return alerts.map((alert) => ({ entity: alert.entity, entityKind: alert.entityKind, score: worth(alert) }));
}

/** Ranks services by the number of their error lines since the alarm. */
async function loudestErrorLog(telemetry: TelemetryHandle, incident: Incident): Promise<Score[]> {
  const scores: Score[] = [];
  const fromMs = incident.alarmAtMs ?? incident.window?.startMs ?? Number.NEGATIVE_INFINITY;
  for (const stream of (await telemetry.readIncident("log", incident))?.own ?? []) {
    await readRecords(
      stream,
      ({ timeUnixNano, service, body }) => {
        if (nanosToMs(timeUnixNano) >= fromMs && ["error", "fatal"].includes(severityOf(null, body)))
          scores.push({ entity: service, entityKind: "service", score: 1 });
      },
      { referenceMs: fromMs > 0 ? fromMs : null },
    );
  }
  return scores;
}

/** The workload of the only pod that does not run, is not ready, or restarted. */
async function notReadyPod(telemetry: TelemetryHandle, incident: Incident): Promise<Score[]> {
  const entity = notReadyWorkload((await telemetry.readIncident("cluster", incident))?.own ?? []);
  return entity === null ? [] : [{ entity, entityKind: "service", score: 1 }];
}

/** No analysis at all: the entities in the order of the suite's list. */
async function listed(_telemetry: TelemetryHandle, { vocabulary }: Incident): Promise<Score[]> {
  const { entities = [], entityKinds: [kind = "service"] = [] } = vocabulary ?? {};
  return entities.map((entity, at) => ({ entity, entityKind: kind, score: entities.length - at }));
}

const METHODS: Record<Baseline, { ask: Method; join: "most" | "sum" }> = {
  "largest shift": { ask: largestShift, join: "most" },
  "alerts × rarity": { ask: rarestAlerts, join: "sum" },
  "loudest error log": { ask: loudestErrorLog, join: "sum" },
  "not-ready pod": { ask: notReadyPod, join: "most" },
  majority: { ask: listed, join: "most" },
};

/** Joins the scores of one name to their maximum or sum. Best first; ties in alphabetical order. */
function ranked(scores: readonly Score[], join: "most" | "sum"): Score[] {
  const best = new Map<string, Score>();
  for (const { entity, entityKind, score } of scores) {
    const known = best.get(entity);
    if (!known) best.set(entity, { entity, entityKind, score });
    else known.score = join === "sum" ? known.score + score : Math.max(known.score, score);
  }
  return [...best.values()].toSorted((a, b) => b.score - a.score || (a.entity < b.entity ? -1 : 1));
}

/** Replaces an instance by its workload, by the topology, when the vocabulary only knows the workload. */
async function named(scores: readonly Score[], telemetry: TelemetryHandle, incident: Incident): Promise<Score[]> {
  const { vocabulary } = incident;
  const edges = (await telemetry.readIncident("topology", incident))?.own.edges ?? [];
  const owners = new Map(edges.filter(({ kind }) => kind === "member_of").map(({ from, to }) => [from, to]));
  const nameOf = (entity: string): string =>
    vocabulary?.entities.includes(entity) ? entity : (owners.get(entity) ?? entity);
  return scores.map((one) => ({ ...one, entity: nameOf(one.entity) }));
}

/**
 * The prediction of one baseline for one incident, in the suite's labels. It names no confidence, and no cause but
 * `majority`, which names the first that the suite lists until `withMajorityCause` knows better.
 */
export async function baselinePrediction(
  baseline: Baseline,
  incidents: IncidentStore,
  incidentId: string,
): Promise<Prediction> {
  const { ask, join } = METHODS[baseline];
  const incident = await incidents.getIncident(incidentId);
  const telemetry = openHandle(await incidents.openTelemetry(incidentId));
  const scores = await named(await ask(telemetry, incident), telemetry, incident);
  const hypotheses = ranked(scores, join).map(({ entity, entityKind }) => ({
    entity,
    entityKind,
    cause: "unknown",
    confidence: 0,
    evidenceText: "",
    votes: {},
  }));
  const { ranking } = toPrediction({
    id: incidentId,
    predicted: {
      id: incidentId,
      system: incident.system,
      vocabulary: incident.vocabulary,
      verdict: "root_cause",
      onset: null,
      hypotheses,
      confidenceFeatures: null,
      notChecked: [],
      steps: 0,
      ms: 0,
    },
  });
  const [cause] = baseline === "majority" ? (incident.vocabulary?.causes ?? []) : [];
  const firstCause = cause && { cause: cause.id };
  return {
    id: incidentId,
    verdict: ranking.length > 0 ? "root_cause" : "inconclusive",
    ranking: ranking.slice(0, MAX_PLACES).map(({ entity, entityKind }) => ({ entity, entityKind, ...firstCause })),
  };
}
