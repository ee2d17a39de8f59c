import type { LabelMatcher } from "../../domain/query.ts";
import type { Labels } from "./client.ts";
import { type Derived, derivedOf } from "./derived.ts";
import type { NamedSeries } from "./naming.ts";
import { oneOf, selectorOf } from "./promql.ts";
import { tierOf } from "./tiers.ts";

/** All series of one metric of one entity. They are read together or not at all. */
type Group = { base: string; entity: string; series: NamedSeries[]; derived: Derived[] | null; size: number };

/**
 * One query. `raw`: its series as they are on the server. `derived`: what the server computes of a metric; the answer
 * has the labels `derived.by`. `selector` selects the series of both. `series`: number of series that the answer has.
 */
export type Batch = { selector: string; series: NamedSeries[]; size: number; derived: Derived | null };
/** The first entities are those of the alert: all of their series come before those of what they depend on. */
const ALERTED = 3;
const FAR = 1_000;

export type MetricPlan = { batches: Batch[]; leftOut: { series: number; metrics: string[] } };

/** Series of one metric of one entity. With more, the server combines them. */
const MAX_GROUP = 60;
/** Series that one query returns, and bytes of its selector. */
const MAX_PER_QUERY = 400;
const MAX_SELECTOR = 6_000;

type MetricPlanInput = {
  named: readonly NamedSeries[];
  /** Types of metrics, by name. */
  types: ReadonlyMap<string, string>;
  /** Metrics of the rules that fired: their series come first. */
  ruleMetrics: ReadonlySet<string>;
  /** The entities that matter most, the nearest to the alert first. Their series come before those of others. */
  near: readonly string[];
  /** Of all queries together. */
  maxSeries: number;
};

/** Decides which series are read, the most telling first, and joins them into few queries. */
export function planQueries({ named, types, ruleMetrics, near, maxSeries }: MetricPlanInput): MetricPlan {
  const groups = [...Map.groupBy(named, ({ base, of }) => JSON.stringify([base, of.entity])).values()].flatMap(
    (series) => groupOf(series, types) ?? [],
  );
  const places = new Map(near.toReversed().map((entity, at) => [entity, near.length - at - 1]));
  const placeOf = (names: readonly string[]): number => Math.min(...names.map((name) => places.get(name) ?? FAR));
  const rankOf = ({ base, entity, series }: Group): number[] => {
    const place = placeOf([entity, ...(series[0]?.of.partOf ?? [])]);
    return [ruleMetrics.has(base) ? 0 : 1, place < ALERTED ? 0 : place < FAR ? 1 : 2, tierOf(base) ?? FAR, place];
  };
  const ordered = groups
    .map((group) => ({ group, rank: rankOf(group) }))
    .toSorted(
      (a, b) =>
        compareLists(a.rank, b.rank) || order(a.group.base, b.group.base) || order(a.group.entity, b.group.entity),
    )
    .map(({ group }) => group);
  const chosen: Group[] = [];
  const rest: Group[] = [];
  let size = 0;
  for (const group of ordered) {
    const isIn = size + group.size <= maxSeries;
    (isIn ? chosen : rest).push(group);
    if (isIn) size += group.size;
  }
  return {
    batches: [...rawBatches(chosen.filter(({ derived }) => derived === null)), ...derivedBatches(chosen)],
    leftOut: {
      series: rest.reduce((sum, { series }) => sum + series.length, 0),
      metrics: [...new Set(rest.map(({ base }) => base))],
    },
  };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
function compareLists(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function groupOf(series: NamedSeries[], types: ReadonlyMap<string, string>): Group | null {
  const [first] = series;
  if (first === undefined) return null;
  const { base, of } = first;
  const labels = [...new Set(series.flatMap((each) => Object.keys(each.labels)))].toSorted();
  const isSplit = series.some((each) => each.of.label !== of.label);
  if (series.length <= MAX_GROUP || of.label === null || isSplit)
    return { base, entity: of.entity, series, derived: null, size: series.length };
  const derived = derivedOf(base, typeOf(base, types), of.label, labels);
  const each = new Set(series.map(({ labels: own }) => JSON.stringify(derived[0]?.by.map((label) => own[label])))).size;
  return { base, entity: of.entity, series, derived, size: each * derived.length };
}

/** Metadata names a histogram once, without the endings of its parts. */
const typeOf = (base: string, types: ReadonlyMap<string, string>): string | undefined =>
  types.get(base) ?? types.get(base.replace(/_(?:bucket|sum|count|total)$/, ""));

/** Metrics with the same entities share a query. */
function rawBatches(groups: readonly Group[]): Batch[] {
  const byLabel = Map.groupBy(groups, ({ series }) => series[0]?.of.label ?? "");
  return [...byLabel].flatMap(([label, own]) => {
    const bases = [...Map.groupBy(own, ({ base }) => base)];
    const batches: Batch[] = [];
    let names: string[] = [];
    let series: NamedSeries[] = [];
    const flush = (): void => {
      if (series.length > 0)
        batches.push({ selector: selectorFor(names, label, series), series, size: series.length, derived: null });
      [names, series] = [[], []];
    };
    for (const [base, members] of bases)
      for (const part of chunks(members.flatMap((group) => group.series))) {
        const more = [...series, ...part];
        if (
          series.length > 0 &&
          (more.length > MAX_PER_QUERY || selectorFor([...names, base], label, more).length > MAX_SELECTOR)
        )
          flush();
        names = [...new Set([...names, base])];
        series = [...series, ...part];
      }
    flush();
    return batches;
  });
}

/** The parts of a metric with more series than one query returns. Series of one entity stay together. */
function chunks(series: readonly NamedSeries[]): NamedSeries[][] {
  const parts: NamedSeries[][] = [];
  for (const group of Map.groupBy(series, ({ of }) => of.entity).values()) {
    const last = parts.at(-1);
    if (last === undefined || last.length + group.length > MAX_PER_QUERY) parts.push([...group]);
    else last.push(...group);
  }
  return parts;
}

function selectorFor(names: readonly string[], label: string, series: readonly NamedSeries[]): string {
  const matchers: LabelMatcher[] = [oneOf("__name__", names)];
  const values = [...new Set(series.map(({ labels }) => labels[label] ?? ""))].toSorted();
  if (label !== "" && values.length > 0) matchers.push(oneOf(label, values));
  return selectorOf(matchers);
}

/** One query for each derived metric of each base and label. */
function derivedBatches(groups: readonly Group[]): Batch[] {
  const combined = groups.filter(({ derived }) => derived !== null);
  const together = Map.groupBy(combined, ({ base, series, derived }) =>
    JSON.stringify([base, series[0]?.of.label, derived?.map(({ toMetric, by }) => [toMetric, by])]),
  );
  return [...together.values()].flatMap((members) => {
    const [first] = members;
    const label = first?.series[0]?.of.label ?? "";
    const series = members.flatMap((group) => group.series);
    const size = members.reduce((sum, group) => sum + group.size, 0) / Math.max(1, first?.derived?.length ?? 1);
    return (first?.derived ?? []).map((derived) => ({
      selector: selectorFor([first?.base ?? ""], label, series),
      series,
      size,
      derived,
    }));
  });
}

/** The labels of a series as a key. */
export const labelsKey = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => order(a, b)));
