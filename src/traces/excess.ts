import type { Side } from "../domain/periods.ts";
import { quantileOf, sorted } from "../stats/quantile.ts";
import { SEVERAL, type SpanForest } from "./forest.ts";

/** With fewer baseline spans, the 95th percentile is meaningless. */
const MIN_SPANS = 5;
/** Share of baseline spans above the 95th percentile. */
const QUIET_SHARE = 0.05;

/**
 * Time that a group of spans spends beyond its baseline 95th percentile. `excessUs`: summed over the incident's spans,
 * minus what baseline spans spend beyond it, times how consistently they exceed it, µs. `share`: share of the
 * incident's spans that exceed it. `beforeUs`, `duringUs`: medians.
 */
export type Excess = {
  service: string;
  /** The other end of a call; null for time spent inside the service. */
  callee: string | null;
  operation: string;
  excessUs: number;
  beforeUs: number;
  duringUs: number;
  spans: number;
  share: number;
  firstMs: number | null;
};

type Group = {
  service: string;
  operation: string;
  callee: string | null;
  direct: boolean;
  quiet: number[];
  during: number[];
  times: number[];
};

/**
 * Computes the excess self time of each (service, operation, callee). A client span's self time passes between caller
 * and callee (network, queue in front of the callee), so it is kept apart from time inside a service. The same holds
 * for spans above it if one operation leads to several services, as a gateway's does: time added only on the path to
 * one of them is not the gateway's own.
 */
export function selfTimeExcess(
  forest: SpanForest,
  side: (timeMs: number) => Side,
  quietForest: SpanForest | null,
): Excess[] {
  const groups = new Map<string, Group>();
  const leadsTo = new Map<string, Map<string, Set<string>>>();
  const addTree = (tree: SpanForest, sideAt: (timeMs: number) => Side): void => {
    const known = new Map<string, Group>();
    const groupOf = (index: number): Group => {
      const { service = "", operation = "" } = tree.spans[index] ?? {};
      const direct = tree.callee[index] ?? null;
      const callee = direct ?? tree.below[index] ?? null;
      const key = [service, operation, callee ?? "", direct === null].join("\u0000");
      let group = groups.get(key);
      if (!group)
        groups.set(
          key,
          (group = { service, operation, callee, direct: direct !== null, quiet: [], during: [], times: [] }),
        );
      if (callee !== null) {
        const routes = leadsTo.get(service) ?? new Map<string, Set<string>>();
        leadsTo.set(service, routes.set(operation, (routes.get(operation) ?? new Set()).add(callee)));
      }
      return group;
    };
    for (let index = 0; index < tree.spans.length; index++) {
      const timeMs = tree.timesMs[index] ?? 0;
      const where = sideAt(timeMs);
      if (where === "between") continue;
      const kind = tree.kind[index] ?? "";
      let group = known.get(kind);
      if (!group) known.set(kind, (group = groupOf(index)));
      const selfUs = tree.selfUs[index] ?? 0;
      if (where === "before") group.quiet.push(selfUs);
      else {
        group.during.push(selfUs);
        group.times.push(timeMs);
      }
    }
  };
  addTree(forest, side);
  if (quietForest) addTree(quietForest, () => "before");

  return [...groups.values()].flatMap((group) => {
    const { service, operation, callee, direct } = group;
    const routes = leadsTo.get(service)?.get(operation)?.size ?? 0;
    const isBetween = callee !== null && callee !== SEVERAL && (direct || routes > 1);
    return excessOf(group).map((excess) => ({ service, operation, callee: isBetween ? callee : null, ...excess }));
  });
}

/** Empty if there are too few baseline spans or no excess. */
function excessOf({ quiet, during, times }: Group): Omit<Excess, "service" | "operation" | "callee">[] {
  if (quiet.length < MIN_SPANS || during.length === 0) return [];
  const ascending = sorted(quiet);
  const bound = quantileOf(ascending, 0.95);
  const after = sorted(during);
  // one stuck span must not outweigh a thousand slow ones: each span counts at most the incident's own 95th percentile
  const cut = quantileOf(after, 0.95);
  const beyond = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + Math.max(0, Math.min(value, cut) - bound), 0) / values.length;
  const slow = times.filter((_, index) => (during[index] ?? 0) > bound);
  const share = slow.length / during.length;
  // a fault slows most spans that meet it, a busy host a few of each kind: inconsistent excess counts little
  const consistency = Math.max(0, (share - QUIET_SHARE) / (1 - QUIET_SHARE));
  const excessUs = (beyond(during) - beyond(quiet)) * during.length * consistency;
  if (excessUs <= 0 || slow.length === 0) return [];
  return [
    {
      excessUs,
      beforeUs: quantileOf(ascending, 0.5),
      duringUs: quantileOf(after, 0.5),
      spans: during.length,
      share,
      firstMs: slow.reduce((a, b) => Math.min(a, b)),
    },
  ];
}
