import { expressionOf } from "../domain/alert-expression.ts";
import type { Incident } from "../domain/incident.ts";
import type { Capabilities } from "../domain/ports.ts";
import type { AlertRule } from "../domain/query.ts";
import type { Alert, Topology } from "../domain/telemetry.ts";
import type { TimeWindow } from "../domain/time.ts";
import { hopsFrom } from "../topology/graph.ts";

/** Reads a live system from this long before the alarm, so that the range includes a quiet time before the onset. */
export const LOOKBACK_MS = 2 * 3_600_000;
/** The same for metrics. They are small, and some are sampled every five minutes only. */
export const METRIC_LOOKBACK_MS = 6 * 3_600_000;
/** Reads a live system until this long after the alarm, to see how the incident develops. */
const LOOKAHEAD_MS = 30 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** The range for records and incidents without times: all times up to the year 2100. */
const ANY_TIME: TimeWindow = { startMs: 0, endMs: Date.UTC(2100, 0) };
/** Maximum distance in calls from the entities of the alarm: a dependency of a dependency may be the cause. */
const MAX_HOPS = 2;
/** The same for a source that begins with the nearest and stops when it has enough. */
const MAX_NEAR_HOPS = 6;
/** With more entities than this, the source is queried for all. */
const MAX_ENTITIES = 100;

type Times = Pick<Incident, "window" | "baseline" | "alarmAtMs" | "asOfMs">;

/** The smallest window that contains both. Null if both are null. */
export function union(a: TimeWindow | null, b: TimeWindow | null): TimeWindow | null {
  if (a === null || b === null) return a ?? b;
  return { startMs: Math.min(a.startMs, b.startMs), endMs: Math.max(a.endMs, b.endMs) };
}

/** The range that the incident gives: from its baseline to the end of its window. Null if it gives none. */
export const givenRange = ({ window, baseline }: Pick<Incident, "window" | "baseline">): TimeWindow | null =>
  union(window, baseline.window);

/**
 * The range to query one source for. The incident's own times come first. Without them, a recording is read whole. A
 * live system is read around the alarm: at least one hour before it, if the source has data from that time.
 *
 * @param extent from the source's first to its last record; null if unknown.
 * @param lookbackMs how long before the alarm a live system is read.
 * @param nowMs a live system is read until then: a later end would make a server repeat its last samples.
 */
export function plannedRange(
  incident: Times,
  { holds }: Pick<Capabilities, "holds">,
  extent: TimeWindow | null,
  { lookbackMs = LOOKBACK_MS, nowMs = Number.POSITIVE_INFINITY } = {},
): TimeWindow {
  const given = givenRange(incident);
  if (given !== null) return given;
  if (holds === "incident" && extent !== null) return extent;
  const anchorMs = incident.alarmAtMs ?? incident.asOfMs ?? extent?.endMs ?? null;
  if (anchorMs === null) return ANY_TIME;
  if (holds === "incident") return { startMs: anchorMs - DAY_MS, endMs: anchorMs + DAY_MS };
  const knownMs = Math.min(incident.asOfMs ?? Number.POSITIVE_INFINITY, Math.max(nowMs, anchorMs));
  const endMs = Math.min(anchorMs + LOOKAHEAD_MS, knownMs);
  return { startMs: Math.max(Math.min(anchorMs - lookbackMs, endMs), extent?.startMs ?? 0), endMs };
}

/** The entities of the alarm: those in the alerts, the target and the entry. */
function namedEntities(
  { entry, target }: Pick<Incident, "entry" | "target">,
  alerts: readonly Pick<Alert, "entity" | "peer" | "name">[],
): string[] {
  // an alert whose labels name no entity has its own name in that place
  const ofAlerts = alerts.flatMap(({ entity, peer, name }) => (entity === name ? [peer] : [entity, peer]));
  return [...new Set([...ofAlerts, target?.entity ?? null, entry].filter((name) => name !== null))];
}

/**
 * The entities of the alarm, and those that they depend on or are part of, up to `maxHops` steps away, the nearest
 * first.
 */
function reachedFrom(start: readonly string[], { edges }: Topology, maxHops: number): string[] {
  const steps = edges.flatMap(({ from, to, kind }) =>
    kind === "calls"
      ? [{ from, to }]
      : [
          { from, to },
          { from: to, to: from },
        ],
  );
  const next = new Map(
    [...Map.groupBy(steps, ({ from }) => from)].map(([from, list]) => [from, list.map(({ to }) => to)]),
  );
  const hops = new Map(start.map((entity) => [entity, 0]));
  for (const entity of start)
    for (const [reached, count] of hopsFrom(entity, next, maxHops))
      hops.set(reached, Math.min(count, hops.get(reached) ?? count));
  return [...hops].toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([entity]) => entity);
}

/**
 * The entities for queries to a live system: those in the alerts, the target and the entry, and the entities that they
 * depend on or are part of, up to two steps away. Where these call nothing, as queues and databases do, their callers
 * too: whoever empties the queue, or holds the lock, calls it. Empty, which selects all, if none are named or there are
 * too many.
 */
export function entitiesInScope(
  incident: Pick<Incident, "entry" | "target">,
  alerts: readonly Pick<Alert, "entity" | "peer" | "name">[],
  topology: Topology,
): string[] {
  const named = namedEntities(incident, alerts);
  const parts = new Set(reachedFrom(named, { ...topology, edges: topology.edges.filter(isPart) }, 1));
  const calls = topology.edges.filter(({ kind }) => kind === "calls");
  const callers = calls.some(({ from }) => parts.has(from)) ? [] : calls.filter(({ to }) => parts.has(to));
  const inScope = new Set([
    ...reachedFrom(named, topology, MAX_HOPS),
    ...reachedFrom(
      callers.map(({ from }) => from),
      topology,
      MAX_HOPS - 1,
    ),
  ]);
  return inScope.size > MAX_ENTITIES ? [] : [...inScope].toSorted();
}

const isPart = ({ kind }: Topology["edges"][number]): boolean => kind === "member_of";

/**
 * True if the topology knows a call from or to the entities of the alarm, their pods, or their services. The nodes of
 * pods and the pods of services alone do not show what anything depends on.
 */
export function knowsCalls(
  incident: Pick<Incident, "entry" | "target">,
  alerts: readonly Pick<Alert, "entity" | "peer" | "name">[],
  { nodes, edges }: Topology,
): boolean {
  const named = namedEntities(incident, alerts);
  if (named.length === 0) return edges.some(({ kind }) => kind === "calls");
  const parts = { nodes, edges: edges.filter(({ kind }) => kind === "member_of") };
  const near = new Set(reachedFrom(named, parts, 1));
  return edges.some(({ from, to, kind }) => kind === "calls" && (near.has(from) || near.has(to)));
}

/** The entities that matter most: those of the alarm, and what they depend on, at most 100, the nearest first. */
export const nearEntities = (
  incident: Pick<Incident, "entry" | "target">,
  alerts: readonly Pick<Alert, "entity" | "peer" | "name">[],
  topology: Topology,
): string[] => reachedFrom(namedEntities(incident, alerts), topology, MAX_NEAR_HOPS).slice(0, MAX_ENTITIES);

/** More rules than this are a storm, and the rest would fetch no other series. */
const MAX_RULES = 20;

/** The rules behind the alerts, each once, in the order of the alerts. */
export function rulesOf(alerts: readonly Pick<Alert, "name" | "labels" | "links" | "expression">[]): AlertRule[] {
  const rules = alerts.map(({ name, labels = {}, ...rule }) => ({ name, expression: expressionOf(rule), labels }));
  const byContent = new Map(rules.map((rule) => [JSON.stringify(rule), rule]));
  return [...byContent.values()].slice(0, MAX_RULES);
}
