import type { ExhaustionVerdict, ResourceForecast } from "../../domain/forecast.ts";
import { span } from "../../domain/phrasing.ts";
import { queryFor } from "../../domain/query.ts";
import { toReportQuery } from "../../domain/report-query.ts";
import { readSignal, signalWords } from "../../domain/signals.ts";
import type { Series } from "../../domain/telemetry.ts";
import { isoTime, utcTime } from "../../domain/time.ts";
import { seedOf } from "../../stats/seeded-random.ts";
import { usesOf } from "../limits.ts";
import { measuresOf } from "../measures.ts";
import { familyOf } from "../resource-family.ts";
import type { ResourceUse } from "../share-of-bound.ts";
import { certificateEnd } from "./certificate.ts";
import { exhaustionOf, MIN_POINTS } from "./exhaustion.ts";

/** Resources that fill up. A busy CPU or disk is not used up: it is free again at once. */
const FILLS = new Set(["memory", "disk space", "pool", "queue", "threads", "other", "network"]);
/** What is worth knowing first. */
const ORDER: readonly ExhaustionVerdict[] = ["full", "between", "not_before", "too_few", "no_trend"];

/**
 * Forecasts every bounded resource among `own`: disks, inodes, memory, pools, queues, quotas, and the end of
 * certificates. What runs out first comes first.
 *
 * @param own series of any number of entities, as recorded.
 */
export function resourceForecasts(own: readonly Series[]): ResourceForecast[] {
  const measured = measuresOf(own);
  const rates = new Set(measured.flatMap(({ series, perSecond }) => (perSecond ? [series] : [])));
  const levels = measured.map(({ series }) => series);
  const uses = [...Map.groupBy(levels, ({ entity }) => entity).values()].flatMap((ofOne) => usesOf(ofOne, rates));
  return [
    ...uses.filter(({ series, of }) => fills(series.metric) && !isThrottling(of, series.metric)).map(ofUse),
    ...own.flatMap((series) => ofCertificate(series) ?? []),
  ].toSorted(
    (a, b) =>
      ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) ||
      timeOf(a) - timeOf(b) ||
      (b.share ?? 0) - (a.share ?? 0) ||
      (a.entity + a.metric < b.entity + b.metric ? -1 : 1),
  );
}

const timeOf = ({ at, from }: ResourceForecast): number => Date.parse(at ?? from ?? "9999-01-01T00:00:00Z");
const fills = (metric: string): boolean => {
  const family = familyOf(metric);
  // inodes are counted, so that their metric has no unit that says so
  return FILLS.has(family) || (family === "disk" && signalWords(metric).some((word) => INODES.has(word)));
};
const INODES = new Set(["files", "inodes", "inode"]);
const isThrottling = (of: string, metric: string): boolean =>
  [of, metric].some((name) => signalWords(name).some((word) => word === "throttled" || word === "periods"));

function ofUse({ series, of, timesMs, shares, rawMetrics }: ResourceUse): ResourceForecast {
  const { entity, metric } = series;
  const found = exhaustionOf(timesMs, shares, seedOf(1, `${entity}\u0000${metric}`));
  const sinceMs = timesMs[found.fromIndex] ?? 0;
  const samples = timesMs.length - found.fromIndex;
  return {
    entity,
    resource: resourceOf(metric),
    metric,
    share: shares.at(-1) ?? null,
    bound: of,
    verdict: found.verdict,
    at: found.atMs === null ? null : isoTime(found.atMs),
    from: found.fromMs === null ? null : isoTime(found.fromMs),
    to: found.toMs === null ? null : isoTime(found.toMs),
    note: noteOf(found.verdict, samples, found.fromIndex === 0 ? null : sinceMs, found.seasonMs),
    samples,
    since: isoTime(sinceMs),
    season_ms: found.seasonMs,
    query: queryOf(entity, [...(rawMetrics.length === 0 ? [metric] : rawMetrics), of], timesMs),
  };
}

function noteOf(
  verdict: ExhaustionVerdict,
  samples: number,
  stepMs: number | null,
  seasonMs: number | null,
): string | null {
  const since = stepMs === null ? "" : ` since its level changed at ${utcTime(stepMs)}`;
  if (verdict === "too_few") return `only ${samples} samples${since}; a trend needs ${MIN_POINTS}`;
  if (verdict === "full") return null;
  const parts = [
    stepMs === null ? null : `trend${since}`,
    seasonMs === null ? null : `it repeats every ${span(seasonMs)}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join("; ");
}

function ofCertificate({ entity, metric, timesMs, values }: Series): ResourceForecast | null {
  const [nowMs, value] = [timesMs.at(-1), values.at(-1)];
  const endMs = nowMs === undefined || value === undefined ? null : certificateEnd(metric, value, nowMs);
  if (endMs === null || nowMs === undefined) return null;
  return {
    entity,
    resource: "certificate",
    metric,
    share: null,
    bound: "its expiry",
    verdict: endMs <= nowMs ? "full" : "between",
    at: isoTime(endMs),
    from: isoTime(endMs),
    to: isoTime(endMs),
    note: null,
    samples: 1,
    since: isoTime(nowMs),
    season_ms: null,
    query: queryOf(entity, [metric], timesMs),
  };
}

/** "disk space", "inodes", "memory", "connection pool". */
function resourceOf(metric: string): string {
  if (signalWords(metric).some((word) => INODES.has(word)) && readSignal(metric).family === "disk") return "inodes";
  return readSignal(metric).family === "other" ? "quota" : familyOf(metric);
}

const queryOf = (entity: string, names: readonly string[], timesMs: readonly number[]): ResourceForecast["query"] =>
  toReportQuery(
    queryFor(
      "metric",
      { startMs: timesMs[0] ?? 0, endMs: timesMs.at(-1) ?? 0 },
      { entities: [entity], names: names.filter((name) => name !== "its limit" && !name.endsWith(" together")) },
    ),
  );
