import type { Figure, Figures } from "./instance-figures.ts";
import type { Rollout } from "./rollouts.ts";

/**
 * What speaks against a rollout. `evidence`: how much worse things got that its new version explains, on a log scale, 0 for nothing. `timing`: in [0, 1], how well it
 * fits in time, whatever got worse. `best`: the comparison that weighs most.
 */
export type Impact = { entity: string; evidence: number; timing: number; newReports: number; best: { metric: string; fresh: number; steady: number } | null };

export type Call = { caller: string; callee: string };

/** Each window in which new instances did well halves the suspicion: most faults show at once. */
const CLEARED_BY = 0.5;
/** What time alone cannot clear an instance of. */
const MIN_FIT = 0.15;

/**
 * Difference in differences: what got worse on changed instances beyond what did on unchanged ones. A call that fails on its caller's unchanged instances speaks against its callee's
 * rollout; where the callee has none, or its unchanged instances fail as well, it is shared among the rollouts that the callee depends on, by their timing.
 * New instances from which several callees seem to fail are at fault themselves.
 */
export function rolloutImpacts(rollouts: readonly Rollout[], { figures, samplesOf, startMs, lastMs }: Figures, calls: readonly Call[]): Impact[] {
  const rolled = new Map(rollouts.map(({ entity, lastMs: steppedMs }) => [entity, { timing: timing(lastMs - steppedMs, startMs, samplesOf.get(entity) ?? 0) }]));
  const evidence = new Map<string, number>();
  const best = new Map<string, { excess: number; figure: Figure }>();
  const failing = new Map<string, number>();
  const fromNew = new Map<string, Map<string, Figure>>();
  const worsen = (into: Map<string, number>, entity: string, by: number): void => void into.set(entity, Math.max(into.get(entity) ?? 0, by));
  const accuse = (figure: Figure, entity: string, by: number): void => {
    worsen(evidence, entity, by);
    if (by > (best.get(entity)?.excess ?? 0)) best.set(entity, { excess: by, figure });
  };

  for (const figure of figures) {
    const { owner, reading: { call, settles } } = figure;
    const excess = excessOf(figure);
    const shared = settles ? 0 : Math.log1p(figure.steadyWorst ?? 0);
    const served = call === null || call.callee === owner;
    if (served && rolled.has(owner) && excess > 0) accuse(figure, owner, excess);
    if (call === null) continue;
    if (shared > 0) worsen(failing, call.callee, shared);
    if (!served && call.caller === owner && rolled.has(owner) && excess > 0) {
      const known = fromNew.get(owner) ?? new Map<string, Figure>();
      const before = known.get(call.callee);
      if (!before || excessOf(before) < excess) known.set(call.callee, figure);
      fromNew.set(owner, known);
    }
  }
  for (const [owner, callees] of fromNew) {
    const worst = [...callees.values()].toSorted((a, b) => excessOf(b) - excessOf(a))[0];
    if (!worst) continue;
    const mean = [...callees.values()].reduce((sum, figure) => sum + excessOf(figure), 0) / callees.size;
    const [only] = callees.keys();
    if (callees.size === 1 && only !== undefined && rolled.has(only)) worsen(failing, only, mean);
    else accuse(worst, owner, mean);
  }

  const alike = new Set(figures.filter(({ owner, reading: { call, settles }, steadyWorst }) => call?.callee === owner && !settles && (steadyWorst ?? 0) > 0).map(({ owner }) => owner));
  const shares = new Map<string, number>();
  for (const [callee, weight] of failing) {
    if (rolled.has(callee) && !alike.has(callee)) {
      shares.set(callee, (shares.get(callee) ?? 0) + weight);
      continue;
    }
    const suspects = reach(callee, calls).flatMap((entity) => (rolled.has(entity) ? [{ entity, timing: rolled.get(entity)?.timing ?? 0 }] : []));
    const total = suspects.reduce((sum, suspect) => sum + suspect.timing, 0);
    for (const suspect of total > 0 ? suspects : []) shares.set(suspect.entity, (shares.get(suspect.entity) ?? 0) + (weight * suspect.timing) / total);
  }
  return rollouts.map(({ entity }) => {
    const figure = best.get(entity)?.figure;
    return {
      entity, timing: rolled.get(entity)?.timing ?? 0, evidence: (evidence.get(entity) ?? 0) + (shares.get(entity) ?? 0), newReports: samplesOf.get(entity) ?? 0,
      best: figure && figure.value !== null ? { metric: figure.metric, fresh: figure.value, steady: figure.steadyValue ?? figure.value } : null,
    };
  });
}

/** How much worse the changed instances do than the unchanged ones do, on a log scale. */
const excessOf = ({ fresh, steady }: Figure): number => Math.max(0, Math.log1p(fresh ?? 0) - Math.log1p(steady ?? 0));

/**
 * A fault shows about as long after its step as instances take to come up: Gamma(2) with its mode there, scaled to 1. A rollout just begun serves nobody yet, one long at work
 * would have shown it.
 */
function timing(sinceMs: number, startMs: number, healthyWindows: number): number {
  const x = Math.max(0, sinceMs) / startMs;
  const fit = x * Math.exp(1 - x);
  return healthyWindows === 0 ? fit : Math.max(fit, MIN_FIT) * CLEARED_BY ** (healthyWindows - 1);
}

/** `start` and everything that it calls, directly or not. */
function reach(start: string, calls: readonly Call[]): string[] {
  const seen = new Set([start]);
  for (const at of seen) for (const { caller, callee } of calls) if (caller === at) seen.add(callee);
  return [...seen];
}
