import type { AlertEvent } from "../domain/alert-event.ts";
import type { IncidentStore } from "../domain/ports.ts";
import type { Alert, Topology } from "../domain/telemetry.ts";
import { openHandle } from "../telemetry/handle.ts";
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
  const incident = await incidents.getIncident(incidentId);
  const { alarmAtMs, entry, window } = incident;
  const telemetry = openHandle(await incidents.openTelemetry(incidentId));
  const whole = { ...incident, window: null, baseline: { window: null, shared: null } };
  const alerts = await telemetry.readIncident("alert", whole, { signal });
  const traces = await telemetry.readIncident("trace", whole, { signal });
  const topology = await telemetry.readIncident("topology", whole, { signal });
  for (const read of [alerts, traces, topology])
    for (const { problems } of read?.coverage ?? [])
      for (const { source, what } of problems) onProblem(`${source}: ${what}`);
  const recorded = alerts?.own ?? [];
  const spanTopology = topologyOfSpans(spanForest(traces?.own ?? []));
  const parts = [...(topology === null ? [] : [topology.own]), spanTopology];
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
