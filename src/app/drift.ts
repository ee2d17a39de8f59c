import type { Embedder } from "../domain/memory.ts";
import type { ModelCall } from "../domain/model-call.ts";
import type { Report } from "../domain/report.ts";
import { fisherTail } from "../stats/binomial.ts";
import { holm } from "../stats/holm.ts";
import { type Mix, mixTest } from "../stats/jensen-shannon.ts";
import { mmdTest } from "../stats/mmd.ts";

/** What is compared of a report. */
export type DriftReport = Pick<Report, "title" | "evidence" | "anomalies">;
/** One period: its reports, and the calls of models in it. */
export type DriftPeriod = { reports: readonly DriftReport[]; calls: readonly ModelCall[] };

/**
 * One comparison of two periods. `before`, `recent`: how many of what. `value`: distance, or share in the recent
 * period.
 * `p`: null if there was too little to compare. `corrected`: after Holm's correction for all comparisons.
 */
export type DriftCheck = {
  name: string;
  before: { n: number; value: number | null };
  recent: { n: number; value: number | null };
  distance: number | null;
  p: number | null;
  corrected: number | null;
  hasDrifted: boolean;
  why: string;
};

/** Fewer documents in a period say nothing. */
const LEAST = 8;
const MOST_EVIDENCE = 12;

/** The words of an incident, without its numbers: those differ in every incident. */
const textOf = ({ title, evidence }: DriftReport): string =>
  [title, ...evidence.slice(0, MOST_EVIDENCE).map(({ summary, template }) => template ?? summary)]
    .join("\n")
    .replaceAll(/\d+/gu, " ");

/** What is abnormal in an incident: its templates, and the kinds of its evidence. */
function mixOf({ anomalies, evidence }: DriftReport): Mix {
  const counts = new Map<string, number>();
  const names = [
    ...anomalies.map(({ template }) => `template ${template}`),
    ...evidence.map(({ signal, kind }) => `${signal} ${kind}`),
  ];
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

type Raw = Omit<DriftCheck, "corrected" | "hasDrifted">;

const tooFew = (name: string, before: number, recent: number): Raw => ({
  name,
  before: { n: before, value: null },
  recent: { n: recent, value: null },
  distance: null,
  p: null,
  why: `needs ${LEAST} in each period`,
});

async function inputChecks(before: DriftPeriod, recent: DriftPeriod, embedder: Embedder, seed: number): Promise<Raw[]> {
  const [m, n] = [before.reports.length, recent.reports.length];
  const names = ["words of incidents", "mix of templates and evidence"] as const;
  if (m < LEAST || n < LEAST) return names.map((name) => tooFew(name, m, n));
  const vectorsOf = async ({ reports }: DriftPeriod): Promise<number[][]> =>
    (await embedder.embed(reports.map(textOf))).map((vector) => [...vector]);
  const { mmd2, p } = mmdTest(await vectorsOf(before), await vectorsOf(recent), { seed });
  const mix = mixTest(before.reports.map(mixOf), recent.reports.map(mixOf), { seed });
  const sizes = { before: { n: m, value: null }, recent: { n, value: null } };
  return [
    { name: names[0], ...sizes, distance: mmd2, p, why: "squared maximum mean discrepancy, by random divisions" },
    {
      name: names[1],
      ...sizes,
      distance: mix.distance,
      p: mix.p,
      why: `Jensen-Shannon distance; ${mix.byChance.toFixed(2)} in one of twenty random divisions`,
    },
  ];
}

const RATES: readonly { name: string; of: (call: ModelCall) => boolean }[] = [
  { name: "analyses with a refusal", of: ({ verdict, finish }) => verdict === "refused" || finish === "filtered" },
  { name: "analyses with a malformed answer", of: ({ verdict }) => verdict === "malformed" || verdict === "repaired" },
  {
    name: "analyses with unsupported claims",
    of: ({ verdict, unsupportedClaims }) => verdict === "unsupported" || (unsupportedClaims ?? 0) > 0,
  },
  { name: "analyses with a failed call", of: ({ error }) => error !== null && error !== "CAP" && error !== "ABORTED" },
];

/** Calls of one analysis go together: an analysis counts once. Cached answers were counted when they were made. */
function countOf({ calls }: DriftPeriod, of: (call: ModelCall) => boolean): { hits: number; n: number } {
  const groups = Map.groupBy(
    calls.filter(({ cache }) => cache === "none"),
    ({ analysisId, id }) => analysisId ?? id,
  );
  return { hits: [...groups.values()].filter((group) => group.some(of)).length, n: groups.size };
}

const rateChecks = (before: DriftPeriod, recent: DriftPeriod): Raw[] =>
  RATES.map(({ name, of }): Raw => {
    const [was, is] = [countOf(before, of), countOf(recent, of)];
    if (was.n < LEAST || is.n < LEAST) return tooFew(name, was.n, is.n);
    return {
      name,
      before: { n: was.n, value: was.hits / was.n },
      recent: { n: is.n, value: is.hits / is.n },
      distance: null,
      p: fisherTail(was, is),
      why: "Fisher's exact test of a rise",
    };
  });

/**
 * Compares a recent period with the one before it: the words and the mix of what came in, and the rates at which models
 * refused, failed, wrote what does not fit, or claimed what nothing supports. The chance of any false alarm is at most
 * `alpha`.
 *
 * @see Gretton et al. 2012 (MMD); Lin 1991 (Jensen–Shannon); Fisher 1934; Holm 1979.
 */
export async function measureDrift(
  before: DriftPeriod,
  recent: DriftPeriod,
  { embedder, alpha = 0.05, seed = 1 }: { embedder: Embedder; alpha?: number; seed?: number },
): Promise<DriftCheck[]> {
  const checks = [...(await inputChecks(before, recent, embedder, seed)), ...rateChecks(before, recent)];
  const corrected = holm(checks.flatMap(({ p }) => (p === null ? [] : [p])));
  return checks.map((check): DriftCheck => {
    const p = check.p === null ? null : (corrected.shift() ?? 1);
    return { ...check, corrected: p, hasDrifted: p !== null && p < alpha };
  });
}
