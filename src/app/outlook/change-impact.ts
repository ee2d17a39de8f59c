import { changeVerdict, type ChangedSystem } from "../../changes/before-after/change-verdict.ts";
import { CHANGE_IMPACT_SCHEMA, ChangeImpactListing } from "../../domain/change-verdict.ts";
import { IncidentError } from "../../domain/errors.ts";
import { workloadOfPod } from "../../domain/pod-names.ts";
import { maskerOf } from "../../domain/redact-values.ts";
import { readSignal, type SignalFamily } from "../../domain/signals.ts";
import type { Change, Series, Topology } from "../../domain/telemetry.ts";
import { measuresOf } from "../../metrics/measures.ts";
import { openHandle } from "../../telemetry/handle.ts";
import { dependencyGraph, hopsFrom } from "../../topology/graph.ts";
import type { OutlookParts } from "./forecast-incident.ts";
import { readWide } from "./read-wide.ts";

/** `change`: the id of one change; absent for all. */
export type ImpactRequest = { change?: string | undefined; signal?: AbortSignal | undefined };

const PLAIN = maskerOf();
/** A live system is read for four days: the same hours of the day before are in it. Milliseconds. */
const LOOKBACK_MS = 4 * 86_400_000;
const STEP_MS = 60_000;
const MAX_CHANGES = 50;
/** Metrics that show whether a version does well, users first. Traffic and memory differ for other reasons as well. */
const RANKS: readonly SignalFamily[] = ["error", "latency", "availability", "instance", "queue", "pool", "cpu"];
/** Of one histogram, the tail says more than the middle. */
const STATISTICS = ["p95", "mean", "p99", "p50"];

/**
 * Judges the changes of an incident by what their metrics did before and after, beyond what untouched peers did. Read
 * anew; it changes no ranking.
 *
 * @throws {IncidentError} NOT_FOUND for an unknown incident or change; UNAVAILABLE if no metric source answers.
 */
export async function changeImpacts(
  { incidents, masker = PLAIN, now }: OutlookParts,
  incidentId: string,
  { change: wanted, signal }: ImpactRequest = {},
): Promise<ChangeImpactListing> {
  const incident = await incidents.getIncident(incidentId);
  const handle = openHandle(await incidents.openTelemetry(incidentId), now());
  const changes = (await handle.readIncident("change", incident, { signal }))?.own ?? [];
  const chosen = changes.filter(({ id }) => wanted === undefined || id === wanted);
  if (wanted !== undefined && chosen.length === 0) throw unknownChange(incidentId, wanted, changes);
  const topology = (await handle.readIncident("topology", incident, { signal }))?.own ?? { nodes: [], edges: [] };
  const { series, gaps } = await readWide(handle, incident, { lookbackMs: LOOKBACK_MS, stepMs: STEP_MS, signal });
  const system = changedSystem(
    changes,
    measuresOf(series).map((one) => one.series),
    topology,
  );
  const newest = chosen.toSorted((a, b) => b.timeUnixMs - a.timeUnixMs);
  return ChangeImpactListing.parse(
    masker.values({
      schema_version: CHANGE_IMPACT_SCHEMA,
      incident_id: incidentId,
      changes: newest.slice(0, MAX_CHANGES).map((change) => changeVerdict(change, system)),
      gaps: [
        ...gaps,
        ...(newest.length > MAX_CHANGES
          ? [`only the newest ${MAX_CHANGES} of ${newest.length} changes are judged`]
          : []),
      ],
    }),
  );
}

const unknownChange = (incidentId: string, id: string, changes: readonly Change[]): IncidentError =>
  new IncidentError("NOT_FOUND", `incident ${incidentId.slice(0, 80)} has no change ${id.slice(0, 80)}`, {
    hint:
      changes.length === 0
        ? "No changes were recorded for it."
        : `Its changes: ${changes
            .slice(0, 10)
            .map((one) => one.id.slice(0, 60))
            .join(", ")}.`,
  });

function changedSystem(changes: readonly Change[], series: readonly Series[], topology: Topology): ChangedSystem {
  const graph = dependencyGraph(topology);
  const services = new Set([...changes, ...series].map(({ entity }) => entity));
  const ownerOf = (entity: string): string => {
    const workload = workloadOfPod(entity);
    return graph.ownerOf.get(entity) ?? (workload !== null && services.has(workload) ? workload : entity);
  };
  const dependants = new Map<string, ReadonlyMap<string, number>>();
  return {
    changes,
    series,
    instances: new Set(series.flatMap(({ entity }) => (ownerOf(entity) === entity ? [] : [entity]))),
    ownerOf,
    feelsIt(entity, changed) {
      const known = dependants.get(changed) ?? hopsFrom(changed, graph.callers);
      dependants.set(changed, known);
      return known.has(entity);
    },
    read(metric) {
      const { family, hurts, ofNode } = readSignal(metric);
      const rank = RANKS.indexOf(family);
      const statistic = STATISTICS.findIndex((name) => metric.includes(name));
      return { hurts, rank: ofNode || rank < 0 ? null : rank * 10 + Math.max(0, statistic) };
    },
  };
}
