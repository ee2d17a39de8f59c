import type { AlertEvent } from "../domain/alert-event.ts";
import type { FetchOptions, IncidentStore } from "../domain/ports.ts";
import type { Alert, Topology } from "../domain/telemetry.ts";
import { joinTopology } from "../topology/join.ts";
import { spanForest } from "../traces/forest.ts";
import { topologyOfSpans } from "../traces/topology.ts";
import type { AlertUpdate } from "../triage/triage.ts";

type Options = { onProblem: (what: string) => void; signal?: AbortSignal | undefined };

/** The alerts of a recorded incident, with the call edges of its topology file and of its spans. */
export async function scenarioAlerts(
  { incidents, incidentId }: { incidents: IncidentStore; incidentId: string },
  { onProblem, signal }: Options,
): Promise<{ alerts: AlertUpdate[]; topology: Topology; entry: string | null }> {
  const { alarmAtMs, entry, window } = await incidents.getIncident(incidentId);
  const { alerts, topology, traces } = await incidents.openTelemetry(incidentId);
  const options: FetchOptions = { signal, onProblem: ({ source, what }) => onProblem(`${source}: ${what}`) };
  const recorded = (await alerts?.fetchAlerts({ window: null }, options)) ?? [];
  const spans = (await traces?.fetchSpans({ window: null }, options)) ?? [];
  const parts = [await topology?.fetchTopology(options), topologyOfSpans(spanForest(spans))].filter(
    (part) => part !== undefined,
  );
  const atMs = alarmAtMs ?? window?.startMs ?? 0;
  const untimed = recorded.filter(({ timeUnixMs }) => timeUnixMs === null).length;
  if (untimed > 0)
    onProblem(`${untimed} of ${recorded.length} alerts have no recorded time and count as raised at the alarm`);
  return {
    alerts: recorded.map((alert) => ({ event: eventOf(alert, atMs), groupKey: null })),
    topology: joinTopology(parts),
    entry,
  };
}

/** Recorded alerts have no end, and most have no severity. */
function eventOf({ entity, name, direction, peer, message, severity, timeUnixMs }: Alert, atMs: number): AlertEvent {
  const words = [name, direction, peer === null ? null : `called by ${peer}`].filter((part) => part !== null);
  return {
    fingerprint: JSON.stringify([entity, name, direction, peer]),
    status: "firing",
    severity: severity ?? "warning",
    entity,
    name,
    summary: message ?? words.join(" "),
    startsAtMs: timeUnixMs ?? atMs,
    endsAtMs: null,
    labels: {},
  };
}
