import type { Finding } from "../domain/finding.ts";
import type { Side } from "../domain/periods.ts";
import { percent } from "../domain/phrasing.ts";
import type { Series } from "../domain/telemetry.ts";
import { isoTime } from "../domain/time.ts";
import { quantile } from "../stats/quantile.ts";
import { readSignal } from "../domain/signals.ts";
import { usesOf } from "./limits.ts";
import type { ResourceUse } from "./share-of-bound.ts";
import { familyOf } from "./resource-family.ts";
import type { FindingSource } from "./source.ts";

/** Full in at least a quarter of the samples: this quantile is taken. */
const MOST = 0.75;
const MIN_SAMPLES = 3;
/** A full resource counts as much as a shift of this strength. */
const STRENGTH = 30;

/**
 * Reports each resource that reached its limit during the incident but was below it before.
 *
 * @param rates those of `own` that are rates of counters: no amount that a limit could bound.
 */
export function saturationFindings(
  own: readonly Series[],
  rates: ReadonlySet<Series>,
  side: (timeMs: number) => Side,
  source: FindingSource,
): Finding[] {
  return [...Map.groupBy(own, ({ entity }) => entity).values()].flatMap((ofOne) =>
    usesOf(ofOne, rates).flatMap((use) => saturationFinding(use, side, source) ?? []),
  );
}

function saturationFinding(
  { series: { entity, entityKind, metric }, of, full, timesMs, shares, rawMetrics }: ResourceUse,
  side: (timeMs: number) => Side,
  { connector, query, incident }: FindingSource,
): Finding | null {
  const on = (wanted: Side): number[] => shares.filter((_, at) => side(timesMs[at] ?? 0) === wanted);
  const [before, during] = [on("before"), on("during")];
  if (during.length < MIN_SAMPLES) return null;
  const [was, is] = [before.length > 0 ? quantile(before, MOST) : null, quantile(during, MOST)];
  if (is < full || (was !== null && was >= full)) return null;
  const onsetMs = timesMs[longestRun(shares, full)] ?? null;
  const { ofNode, ofCalls } = readSignal(metric);
  return {
    signal: "metric",
    kind: "metric.saturation",
    entity: { id: entity, kind: entityKind },
    strength: (STRENGTH * is) / full,
    onsetMs,
    peer: null,
    summary: `${entity}: ${metric} reached ${percent(is)} % of ${of}${was === null ? "" : `, from ${percent(was)} %`}`,
    evidence: {
      connector,
      query: `${query} entity=${entity} metric=${metric}`,
      window: incident.window,
      facts: {
        metric,
        bound: of,
        family: familyOf(metric),
        direction: "up",
        before: was === null ? null : percent(was),
        after: percent(is),
        of_node: ofNode ? "yes" : "no",
        of_calls: ofCalls ? "yes" : "no",
        samples_before: before.length,
        samples_during: during.length,
        ...(rawMetrics.length > 1 ? { computed_from: rawMetrics.join(" | ") } : {}),
        ...(onsetMs === null ? {} : { onset: isoTime(onsetMs) }),
      },
    },
  };
}

/** Index at which the longest run of full shares begins; −1 if there is none. */
function longestRun(shares: readonly number[], full: number): number {
  let [from, best, length] = [-1, -1, 0];
  for (const [at, share] of shares.entries()) {
    if (share < full) from = -1;
    else if (from < 0) from = at;
    if (from >= 0 && at - from + 1 > length) [best, length] = [from, at - from + 1];
  }
  return best;
}
