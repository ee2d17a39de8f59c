import { instanceFigures, type MetricReading } from "../changes/instance-figures.ts";
import { type CallPair, type Impact, rolloutImpacts } from "../changes/rollout-impact.ts";
import { rolloutsOf } from "../changes/rollouts.ts";
import type { Change, Series, Topology } from "../domain/telemetry.ts";
import { readSignal, type SignalFamily } from "../domain/signals.ts";
import { metricCall } from "../metrics/metric-call.ts";
import { workloadOfPod } from "../domain/pod-names.ts";

/**
 * Metric families that separate a bad version from a good one. Memory, traffic and files always differ in a young
 * process.
 */
const COMPARED_FAMILIES = new Set<SignalFamily>([
  "error",
  "availability",
  "instance",
  "latency",
  "cpu",
  "pool",
  "queue",
]);
/** Families that also change in a cold process, because caches are empty and code is not compiled yet. */
const SETTLING = new Set<SignalFamily>(["latency", "cpu", "pool", "queue"]);

/**
 * Compares new instances with old ones for each rollout in progress. Empty if there is no rollout or no measurement.
 */
export function compareRollouts({
  changes,
  series,
  topology,
  asOfMs,
}: {
  changes: readonly Change[];
  series: readonly Series[];
  topology: Topology;
  asOfMs: number;
}): Impact[] {
  const owners = new Map(
    topology.edges.flatMap(({ from, to, kind }) => (kind === "member_of" ? [[from, to] as const] : [])),
  );
  const changed = new Set(changes.map(({ entity }) => entity));
  const ownerOf = (entity: string): string => owners.get(entity) ?? workloadOf(entity, changed) ?? entity;
  const instances = new Set([...owners.keys(), ...series.map(({ entity }) => entity)]);
  const rollouts = rolloutsOf(changes, series, { asOfMs, instances, ownerOf });
  const figures = instanceFigures(series, rollouts, { asOfMs, ownerOf, read: readMetric });
  return figures === null ? [] : rolloutImpacts(rollouts, figures, callsOf(series, topology), asOfMs);
}

/** The changed workload that a pod belongs to, according to Kubernetes pod names. */
function workloadOf(entity: string, changed: ReadonlySet<string>): string | null {
  const workload = workloadOfPod(entity);
  return workload !== null && changed.has(workload) ? workload : null;
}

function readMetric(metric: string): MetricReading | null {
  const { family, hurts, ofNode } = readSignal(metric);
  return ofNode || hurts === "both" || !COMPARED_FAMILIES.has(family)
    ? null
    : { hurts, settles: SETTLING.has(family), call: metricCall(metric) };
}

/** Call edges: the declared ones, and those in the names of call metrics. */
function callsOf(series: readonly Series[], { edges }: Topology): CallPair[] {
  const declared = edges.flatMap(({ from, to, kind }) => (kind === "calls" ? [{ caller: from, callee: to }] : []));
  const measured = [...new Set(series.map(({ metric }) => metric))].flatMap((metric) => metricCall(metric) ?? []);
  return [...new Map([...declared, ...measured].map((call) => [`${call.caller}\u0000${call.callee}`, call])).values()];
}
