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

/** One alert as it came, and what its sender groups it under. */
export type AlertUpdate = { event: AlertEvent; groupKey: string | null };
/** `entry`: where requests come in; null where nobody told. */
export type TriageContext = { graph: DependencyGraph; owners: Ownership; entry: string | null };

const rank = ({ status, severity }: TriagedIncident): number =>
  (status === "open" ? BY_SEVERITY.length : 0) + BY_SEVERITY.indexOf(severity);

/** Alerts to incidents: what belongs together, how bad it is, whom to call. Open ones first, of those the worst first. */
export function triage(told: readonly AlertUpdate[], context: TriageContext): TriagedIncident[] {
  const groups = groupAlerts(
    told.map(({ event, groupKey }) => firingOf(event, groupKey)),
    linker(context.graph),
  );
  return groups.map((group) => incidentOf(group, context)).toSorted((a, b) => rank(b) - rank(a)); // stable: the earliest first
}

function incidentOf({ alerts, why }: AlertGroup, { graph, owners, entry }: TriageContext): TriagedIncident {
  const endedAtMs = endOf(alerts);
  const ill = [...new Set(alerts.map(({ entity }) => entity))];
  const {
    severity,
    why: severityWhy,
    blastRadius,
  } = severityOf({ said: alerts.map((alert) => alert.severity), ill, burnRate: burnRateOf(alerts), graph, entry });
  const [first] = alerts;
  const route = first ? routeTo(first, owners, graph) : { team: null, why: "there is no alert" };
  return {
    title: first ? `${first.name} on ${first.entity}${ill.length > 1 ? ` and ${ill.length - 1} more` : ""}` : "",
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
  episodes: readonly AlertFiring[],
  why: readonly string[],
  graph: DependencyGraph,
): TriagedAlert[] {
  const firings = Map.groupBy(episodes, ({ fingerprint }) => fingerprint);
  const reason = new Map(episodes.map((episode, at) => [episode, why[at - 1] ?? null])); // the first has none
  return suppressAlerts(episodes, graph).flatMap(({ fingerprint, suppressed, flapping, parent, why: decided }) => {
    const own = firings.get(fingerprint) ?? [];
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
