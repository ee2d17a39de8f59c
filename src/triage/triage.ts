import type { AlertEvent } from "../domain/alert-event.ts";
import { isoTime } from "../domain/time.ts";
import type { TriagedAlert, TriagedIncident } from "../domain/triage.ts";
import type { DependencyGraph } from "../topology/graph.ts";
import { burnRateOf, severityOf } from "./severity.ts";
import { BY_SEVERITY, endOf, type AlertFiring, firingOf } from "./firing.ts";
import { type AlertGroup, groupAlerts } from "./group-alerts.ts";
import { linker } from "./link.ts";
import { type Ownership, routeTo } from "./route.ts";
import { suppressAlerts } from "./suppress.ts";

/** One update of an alert, and the group key of its sender. */
export type AlertUpdate = { event: AlertEvent; groupKey: string | null };
/** `entry`: the service where requests enter; null if unknown. */
export type TriageContext = { graph: DependencyGraph; owners: Ownership; entry: string | null };

const rank = ({ status, severity }: TriagedIncident): number =>
  (status === "open" ? BY_SEVERITY.length : 0) + BY_SEVERITY.indexOf(severity);

/** Groups alerts into incidents, with severity and team. Open incidents first, the worst of them first. */
export function triage(updates: readonly AlertUpdate[], context: TriageContext): TriagedIncident[] {
  const groups = groupAlerts(
    updates.map(({ event, groupKey }) => firingOf(event, groupKey)),
    linker(context.graph),
  );
  // a stable sort: of equals the earliest first
  return groups.map((group) => incidentOf(group, context)).toSorted((a, b) => rank(b) - rank(a));
}

function incidentOf({ alerts, why }: AlertGroup, { graph, owners, entry }: TriageContext): TriagedIncident {
  const endedAtMs = endOf(alerts);
  const affected = [...new Set(alerts.map(({ entity }) => entity))];
  const {
    severity,
    why: severityWhy,
    blastRadius,
  } = severityOf({
    alertSeverities: alerts.map((alert) => alert.severity),
    affected,
    burnRate: burnRateOf(alerts),
    graph,
    entry,
  });
  const [first] = alerts;
  const route = first ? routeTo(first, owners, graph) : { team: null, why: "there is no alert" };
  return {
    title: first
      ? `${first.name} on ${first.entity}${affected.length > 1 ? ` and ${affected.length - 1} more` : ""}`
      : "",
    status: endedAtMs === null ? "open" : "closed",
    started_at: isoTime(first?.startsAtMs ?? 0),
    ended_at: endedAtMs === null ? null : isoTime(endedAtMs),
    severity,
    severity_why: severityWhy,
    blast_radius: blastRadius,
    team: route.team,
    team_why: route.why,
    alerts: triagedAlerts(alerts, why, graph),
  };
}

function triagedAlerts(
  firings: readonly AlertFiring[],
  why: readonly string[],
  graph: DependencyGraph,
): TriagedAlert[] {
  const byFingerprint = Map.groupBy(firings, ({ fingerprint }) => fingerprint);
  const reason = new Map(firings.map((firing, at) => [firing, why[at - 1] ?? null])); // the first has none
  return suppressAlerts(firings, graph).flatMap(({ fingerprint, suppressed, flapping, parent, why: decided }) => {
    const own = byFingerprint.get(fingerprint) ?? [];
    const [first, last] = [own[0], own.at(-1)];
    if (!first || !last) return [];
    const { name, entity, status, severity, summary, startsAtMs, endsAtMs } = last;
    return [
      {
        fingerprint,
        name,
        entity,
        status,
        severity,
        summary,
        started_at: isoTime(startsAtMs),
        ended_at: endsAtMs === null ? null : isoTime(endsAtMs),
        firings: own.length,
        why: reason.get(first) ?? null,
        suppressed: suppressed ? { why: decided, parent } : null,
        flapping,
      },
    ];
  });
}
