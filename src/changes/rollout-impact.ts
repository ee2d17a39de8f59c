import type { Figure, Figures } from "./instance-figures.ts";
import type { Rollout } from "./rollouts.ts";

/**
 * Evidence against a rollout. `evidence`: how much worse things got that its new version explains, on a log scale, 0
 * for nothing. `timing`: in [0, 1], how well it fits in time, whatever got worse. `best`: the comparison with the most
 * weight.
 */
export type Impact = {
  entity: string;
  evidence: number;
  timing: number;
  newReports: number;
  best: { metric: string; fresh: number; steady: number } | null;
};

export type CallPair = { caller: string; callee: string };

/** Each window in which new instances did well halves the suspicion: most faults show at once. */
const CLEARED_BY = 0.5;
/** Suspicion that remains however long an instance has done well. */
const MIN_FIT = 0.15;

/**
 * Difference in differences: what got worse on changed instances beyond what got worse on unchanged ones. Calls that
 * fail on unchanged instances of the caller implicate the callee's rollout. If the callee has no rollout, or its
 * unchanged instances fail too, the blame is shared by timing among the rollouts that the callee depends on. New
 * instances from which several callees seem to fail are at fault themselves.
 *
 * @param asOfMs time for which to judge: the alarm, else the last change.
 */
export function rolloutImpacts(
  rollouts: readonly Rollout[],
  { figures, samplesOf, startMs }: Figures,
  calls: readonly CallPair[],
  asOfMs: number,
): Impact[] {
  const timings = new Map(
    rollouts.map(({ entity, lastMs }) => [entity, timing(asOfMs - lastMs, startMs, samplesOf.get(entity) ?? 0)]),
  );
  const { accused, failing } = readFigures(figures, timings);
  const alike = new Set(figures.flatMap((figure) => (servesBadly(figure) ? [figure.owner] : [])));
  const shares = new Map<string, number>();
  for (const [callee, weight] of failing) {
    const suspects =
      timings.has(callee) && !alike.has(callee)
        ? [callee]
        : reach(callee, calls).filter((entity) => timings.has(entity));
    const total = suspects.reduce((sum, entity) => sum + (timings.get(entity) ?? 0), 0);
    for (const entity of suspects)
      shares.set(
        entity,
        (shares.get(entity) ?? 0) +
          weight * (suspects.length === 1 ? 1 : (timings.get(entity) ?? 0) / Math.max(total, Number.EPSILON)),
      );
  }
  return rollouts.map(({ entity }) => {
    const own = accused.get(entity);
    const { metric, value, steadyValue } = own?.figure ?? {};
    return {
      entity,
      timing: timings.get(entity) ?? 0,
      evidence: (own?.excess ?? 0) + (shares.get(entity) ?? 0),
      newReports: samplesOf.get(entity) ?? 0,
      best: metric === undefined || value == null ? null : { metric, fresh: value, steady: steadyValue ?? value },
    };
  });
}

/**
 * `accused`: rolled-out services, by how much worse their new instances do than the old. `failing`: callees, by how
 * badly calls to them fail that no new instance explains.
 */
type Reading = {
  accused: ReadonlyMap<string, { excess: number; figure: Figure }>;
  failing: ReadonlyMap<string, number>;
};

function readFigures(figures: readonly Figure[], rolled: ReadonlyMap<string, number>): Reading {
  const accused = new Map<string, { excess: number; figure: Figure }>();
  const failing = new Map<string, number>();
  const accuse = (figure: Figure, excess: number): void => {
    if (excess > (accused.get(figure.owner)?.excess ?? 0)) accused.set(figure.owner, { excess, figure });
  };
  const fail = (callee: string, by: number): void => {
    if (by > (failing.get(callee) ?? 0)) failing.set(callee, by);
  };
  for (const figure of figures) {
    const {
      owner,
      steadyWorst,
      reading: { call, settles },
    } = figure;
    if (rolled.has(owner) && (call === null || call.callee === owner)) accuse(figure, excessOf(figure));
    if (call !== null && !settles) fail(call.callee, Math.log1p(steadyWorst ?? 0));
  }
  const made = figures.filter(
    (figure) => rolled.has(figure.owner) && figure.reading.call?.caller === figure.owner && excessOf(figure) > 0,
  );
  for (const ofOne of Map.groupBy(made, ({ owner }) => owner).values()) {
    const worst = [...Map.groupBy(ofOne, ({ reading }) => reading.call?.callee ?? "").values()].flatMap(
      (toOne) => toOne.toSorted((a, b) => excessOf(b) - excessOf(a))[0] ?? [],
    );
    const mean = worst.reduce((sum, figure) => sum + excessOf(figure), 0) / worst.length;
    const [figure] = worst.toSorted((a, b) => excessOf(b) - excessOf(a));
    const callee = figure?.reading.call?.callee;
    if (figure === undefined || callee === undefined) continue;
    if (worst.length === 1 && rolled.has(callee)) fail(callee, mean);
    else accuse(figure, mean);
  }
  return { accused, failing };
}

/** True if unchanged instances of the owner serve calls badly. */
const servesBadly = ({ owner, steadyWorst, reading: { call, settles } }: Figure): boolean =>
  call?.callee === owner && !settles && (steadyWorst ?? 0) > 0;

/** Excess of changed instances over unchanged ones, on a log scale. */
const excessOf = ({ fresh, steady }: Figure): number => Math.max(0, Math.log1p(fresh ?? 0) - Math.log1p(steady ?? 0));

/**
 * Fit in time: a fault shows about as long after its step as instances take to start. Gamma(2) with its mode there,
 * scaled to 1. A rollout that just began serves no requests yet; one that ran for long would have shown the fault.
 */
function timing(sinceMs: number, startMs: number, healthyWindows: number): number {
  const x = Math.max(0, sinceMs) / startMs;
  const fit = x * Math.exp(1 - x);
  return healthyWindows === 0 ? fit : Math.max(fit, MIN_FIT) * CLEARED_BY ** (healthyWindows - 1);
}

/** `start` and all services that it calls, directly or indirectly. */
function reach(start: string, calls: readonly CallPair[]): string[] {
  const seen = new Set([start]);
  for (const at of seen) for (const { caller, callee } of calls) if (caller === at) seen.add(callee);
  return [...seen];
}
