import { metricNameOf } from "../domain/metric-name.ts";
import { readSignal, signalWords } from "../domain/signals.ts";
import type { Series } from "../domain/telemetry.ts";
import { countedBy } from "./bounds.ts";
import { placed, type ResourceUse, shareOfBound } from "./share-of-bound.ts";

/** A limit of fewer is chance: one worker of two. */
const MIN_LIMIT = 5;
/** A use above this share of the supposed limit is limited by something else. */
const MAX_SHARE = 1.05;
/** A limit changes at most in this share of its samples. */
const MAX_CHANGES = 0.02;
/** Words of a limit that cannot mean "the highest so far". */
const SETTING = new Set("limit limits capacity quota hard allocatable config settings variables".split(" "));

type Amount = { series: Series; role: "used" | "plain" | "free" | "bound"; subject: string };

/**
 * Uses whose name does not say that they are one, beside their limit: `pg_stat_activity_count` and
 * `pg_settings_max_connections`. Without a limit, a use and what is left make one (connections `current` and
 * `available`), and the inodes of a file system limit the used and free ones. Parts of a use (by database, by state) are
 * added up if only the whole has a limit.
 *
 * @param series of one entity, no rates. @param known series whose use was read from the name.
 */
export function countedUses(series: readonly Series[], known: ReadonlySet<Series>): ResourceUse[] {
  const amounts = series.flatMap((one): Amount[] => {
    const counted = countedBy(one.metric);
    return counted === null ? [] : [{ series: one, ...counted }];
  });
  const ofSubject = Map.groupBy(amounts, ({ subject }) => subject);
  return [...ofSubject.values()].flatMap((all) => {
    if (all.length < 2) return [];
    const uses = all.filter(({ role }) => role === "used" || role === "plain");
    const ofName = [...Map.groupBy(uses, ({ series: { metric } }) => metricNameOf(metric).base).values()];
    return [
      ...ofName.flatMap((parts) => totalUse(parts, all) ?? boundedUses(parts.filter(isOpen(known)), all)),
      ...wholeUses(all.filter(isOpen(known)), all),
    ].filter(isPlausible);
  });
}

const isOpen =
  (known: ReadonlySet<Series>) =>
  ({ series }: Amount): boolean =>
    !known.has(series);

/** The parts of one use together, if the whole alone has a limit. */
function totalUse(parts: readonly Amount[], all: readonly Amount[]): ResourceUse[] | null {
  const [first] = parts;
  if (first === undefined || parts.length < 2 || !canRunOut(first.series.metric)) return null;
  const limits = limitsAmong(all);
  const whole = limits.get(placed(first.subject, ""));
  if (
    whole === undefined ||
    parts.some(({ series }) => limits.has(placed(first.subject, series.metric)) && isPlaced(series))
  )
    return null;
  const use = shareOfBound(sumOf(parts.map(({ series }) => series)), { role: "used" }, whole);
  return isPlausible(use) ? [{ ...use, rawMetrics: parts.map(({ series }) => series.metric) }] : null;
}

const isPlaced = ({ metric }: Series): boolean => placed("", metric) !== placed("", "");

/** Each part of a use with the limit of its place, else with that of the whole, else with what is left beside it. */
function boundedUses(parts: readonly Amount[], all: readonly Amount[]): ResourceUse[] {
  const limits = limitsAmong(all);
  return parts.flatMap(({ series, subject }) => {
    const limit = limits.get(placed(subject, series.metric)) ?? limits.get(placed(subject, ""));
    if (limit !== undefined) return [shareOfBound(series, { role: "used" }, limit)];
    const left = all.find(
      (one) => one.role === "free" && placed(subject, one.series.metric) === placed(subject, series.metric),
    );
    if (left === undefined || !canRunOut(series.metric)) return [];
    const together = { ...sumOf([series, left.series]), metric: `${series.metric} and ${left.series.metric} together` };
    return [{ ...shareOfBound(series, { role: "used" }, together), rawMetrics: [series.metric, left.series.metric] }];
  });
}

/** The limits by their place, settings before those that may be something else. */
function limitsAmong(all: readonly Amount[]): Map<string, Series> {
  const limits = all.filter(({ role, series }) => role === "bound" && isLimit(series)).toSorted(settingsFirst);
  const byPlace = new Map<string, Series>();
  for (const { series, subject } of limits) {
    const place = placed(subject, series.metric);
    if (!byPlace.has(place)) byPlace.set(place, series);
  }
  return byPlace;
}

/** `node_filesystem_files` limits `node_filesystem_files_free`, and no other limit of it is known. */
function wholeUses(open: readonly Amount[], all: readonly Amount[]): ResourceUse[] {
  if (all.some(({ role }) => role === "bound")) return [];
  return open.flatMap(({ series, role, subject }) => {
    if ((role !== "used" && role !== "free") || readSignal(series.metric).family !== "disk") return [];
    const whole = all.filter(
      (one) => one.role === "plain" && placed(subject, one.series.metric) === placed(subject, series.metric),
    );
    const [limit] = whole;
    return whole.length === 1 && limit !== undefined && isLimit(limit.series)
      ? [shareOfBound(series, { role }, limit.series)]
      : [];
  });
}

const canRunOut = (metric: string): boolean => ["pool", "threads", "queue"].includes(readSignal(metric).family);

const settingsFirst = (a: Amount, b: Amount): number => Number(isSetting(b.series)) - Number(isSetting(a.series));
const isSetting = ({ metric }: Series): boolean => signalWords(metric).some((word) => SETTING.has(word));

/** A limit hardly ever changes. One that is called `max` and rises may be the highest value so far. */
function isLimit(series: Series): boolean {
  const { values } = series;
  const steps = values.slice(1).map((value, at) => value - (values[at] ?? value));
  if (steps.filter((step) => step !== 0).length > MAX_CHANGES * values.length) return false;
  return (values[0] ?? 0) >= MIN_LIMIT && (isSetting(series) || steps.every((step) => step <= 0));
}

const isPlausible = ({ shares }: ResourceUse): boolean =>
  shares.length > 0 && shares.reduce((a, b) => Math.max(a, b), 0) <= MAX_SHARE;

/** Adds up series at the times at which all of them were sampled. `parts`: at least one. */
function sumOf(parts: readonly Series[]): Series {
  const [first, ...others] = parts;
  if (first === undefined) throw new RangeError("a sum needs at least one series");
  const known = others.map(({ timesMs, values }) => new Map(timesMs.map((timeMs, at) => [timeMs, values[at] ?? 0])));
  const points = first.timesMs.flatMap((timeMs, at) => {
    const more = known.map((each) => each.get(timeMs));
    return more.every((value) => value !== undefined)
      ? [{ timeMs, value: more.reduce((sum: number, value) => sum + (value ?? 0), first.values[at] ?? 0) }]
      : [];
  });
  return {
    ...first,
    metric: metricNameOf(first.metric).base,
    timesMs: points.map(({ timeMs }) => timeMs),
    values: points.map(({ value }) => value),
  };
}
