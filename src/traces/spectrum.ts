import type { Side } from "../domain/periods.ts";
import type { Span } from "../domain/telemetry.ts";
import { g2OfCounts } from "../stats/g2.ts";
import { isError, type SpanForest } from "./forest.ts";

/** A span may exceed the usual mean of its kind by this many standard deviations. */
const SIGMAS = 1.5;
/** With fewer baseline spans of a kind, its usual duration is unknown. */
const MIN_SPANS = 5;

/**
 * Contrast between requests through an entity and all others. `badThrough` of `bad` requests and `goodThrough` of
 * `good` requests pass through it. `ochiai` in [0, 1]. `g2`: G², one degree of freedom, against the hypothesis that
 * requests fail alike with and without it; 0 if fewer fail through it.
 */
export type Suspicion = {
  id: string;
  ochiai: number;
  g2: number;
  badThrough: number;
  bad: number;
  goodThrough: number;
  good: number;
  firstMs: number | null;
};

type Usual = ReadonlyMap<string, { mean: number; sd: number }>;
type Request = { through: Set<string>; bad: boolean; startMs: number };

/**
 * Computes the weighted spectrum of the incident's requests. A request is bad if its root fails, or if it takes longer
 * than Σ (μ + 1.5 σ) over the usual self times of its spans. A bad request that touches few entities says more about
 * each: it weighs 1 / entities, scaled so that the weights add up to the number of bad requests.
 *
 * Ochiai = ef / √(F · (ef + ep)): ef, ep are the bad and good requests through the entity, F all bad ones.
 *
 * @see Yu et al., MicroRank, WWW 2021 (defines bad requests and the higher weight of short ones; its walk over
 *    operations and requests is left out); Abreu et al., 2007 (Ochiai).
 */
export function traceSpectrum(
  forest: SpanForest,
  side: (timeMs: number) => Side,
  quietForest: SpanForest | null,
  idOf: (span: Span) => string | null,
): Suspicion[] {
  const usual = usualSelfTimes(quietForest ?? forest, quietForest ? () => "before" : side);
  const requests = requestsOf(forest, side, usual, idOf);
  const bad = requests.filter((request) => request.bad);
  const good = requests.length - bad.length;
  const weigh = bad.length / bad.reduce((sum, { through }) => sum + 1 / through.size, 0);
  const sums = new Map<string, { weight: number; badThrough: number; goodThrough: number; firstMs: number | null }>();
  for (const { through, bad: isBad, startMs } of requests) {
    for (const id of through) {
      const sum = sums.get(id) ?? { weight: 0, badThrough: 0, goodThrough: 0, firstMs: null };
      sums.set(id, sum);
      if (!isBad) sum.goodThrough += 1;
      else {
        sum.badThrough += 1;
        sum.weight += weigh / through.size;
        sum.firstMs = Math.min(sum.firstMs ?? startMs, startMs);
      }
    }
  }
  return [...sums].map(([id, { weight, badThrough, goodThrough, firstMs }]) => {
    const [through, others] = [badThrough + goodThrough, requests.length - badThrough - goodThrough];
    const worse = others > 0 && badThrough / through > (bad.length - badThrough) / others;
    return {
      id,
      badThrough,
      bad: bad.length,
      goodThrough,
      good,
      firstMs,
      ochiai: weight === 0 ? 0 : weight / Math.sqrt(Math.max(bad.length, weight) * (weight + goodThrough)),
      g2: worse ? g2OfCounts(badThrough, through, bad.length - badThrough, others) : 0,
    };
  });
}

/** Mean and standard deviation of the self time of each kind of span, µs. */
function usualSelfTimes({ kind, timesMs, selfUs }: SpanForest, side: (timeMs: number) => Side): Usual {
  const sums = new Map<string, { n: number; sum: number; squares: number }>();
  for (const [index, of] of kind.entries()) {
    if (side(timesMs[index] ?? 0) !== "before") continue;
    const us = selfUs[index] ?? 0;
    const known = sums.get(of);
    if (known) {
      known.n += 1;
      known.sum += us;
      known.squares += us * us;
    } else sums.set(of, { n: 1, sum: us, squares: us * us });
  }
  return new Map(
    [...sums].flatMap(([of, { n, sum, squares }]) =>
      n < MIN_SPANS ? [] : [[of, { mean: sum / n, sd: Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2)) }]],
    ),
  );
}

/** Requests of the incident, and the entities that each passes through. */
function requestsOf(
  { spans, kind, timesMs, parent, selfUs }: SpanForest,
  side: (timeMs: number) => Side,
  usual: Usual,
  idOf: (span: Span) => string | null,
): Request[] {
  const known = new Map<string, Request & { took: number; allowed: number }>();
  for (const [index, span] of spans.entries()) {
    const startMs = timesMs[index] ?? 0;
    if (side(startMs) !== "during") continue;
    let request = known.get(span.traceId);
    if (!request) known.set(span.traceId, (request = { through: new Set(), bad: false, startMs, took: 0, allowed: 0 }));
    const id = idOf(span);
    if (id !== null) request.through.add(id);
    if (parent[index] === -1 && isError(span)) request.bad = true;
    const { mean, sd } = usual.get(kind[index] ?? "") ?? {};
    if (mean === undefined || sd === undefined) continue;
    request.took += selfUs[index] ?? 0;
    request.allowed += mean + SIGMAS * sd;
  }
  return [...known.values()].flatMap(({ through, bad, startMs, took, allowed }) =>
    through.size === 0 ? [] : [{ through, bad: bad || took > allowed, startMs }],
  );
}
