import type { Finding } from "../domain/finding.ts";
import { oldestFaultMs } from "../domain/periods.ts";
import { workloadOfPod } from "../domain/pod-names.ts";
import { readSignal } from "../domain/signals.ts";
import type { Series } from "../domain/telemetry.ts";
import { isoTime, utcClock } from "../domain/time.ts";
import { median, quantile } from "../stats/quantile.ts";
import type { FindingSource } from "./source.ts";

/** A series with fewer samples has no steady interval. */
const MIN_SAMPLES = 10;
/** Nine of ten intervals are at most this many times the usual one. */
const STEADY = 1.6;
/** Silent for so many intervals, and for this time, milliseconds. */
const MIN_INTERVALS = 5;
const MIN_SILENCE_MS = 2 * 60_000;
/** Silences of one entity that begin within so many intervals began together. */
const TOGETHER = 2.5;
/** Of an entity's steady series, at least this share falls silent. */
const MOST = 0.5;
/** Whoever began to report only after this share of the time before its silence may be a job. */
const SHORT_LIVED = 0.5;
/** At least so many of all entities go on; otherwise it is the recording that has a gap. */
const GOING_ON = 0.2;
const STRENGTH = 10;

/** One stretch without samples. `untilMs`: the next sample; null if there is none. */
type Silence = { series: Series; stepMs: number; fromMs: number; untilMs: number | null };

/**
 * Reports each entity that stopped reporting although it had done so steadily: most of its series end, or have a gap,
 * at the same time, around the incident, while those of others go on. The end of a job is left out, and that of an
 * instance while others of its workload go on. Whether the entity is dead or only nobody measured it, other signals
 * must tell.
 */
export function silenceFindings(own: readonly Series[], { connector, query, incident }: FindingSource): Finding[] {
  const { alarmAtMs, window } = incident;
  const endMs = own.reduce((last, { timesMs }) => Math.max(last, timesMs.at(-1) ?? last), Number.NEGATIVE_INFINITY);
  const startMs = own.reduce((first, { timesMs }) => Math.min(first, timesMs[0] ?? first), Number.POSITIVE_INFINITY);
  const earliestMs = alarmAtMs === null ? Number.NEGATIVE_INFINITY : oldestFaultMs(alarmAtMs, window);
  const byEntity = Map.groupBy(own, ({ entity }) => entity);
  const silent = [...byEntity].flatMap(([entity, series]) => {
    const steady = series.flatMap((one) => steadyStep(one) ?? []);
    const silences = steady.flatMap((one) => longestSilence(one, endMs) ?? []);
    const together = largestGroup(silences.filter(({ fromMs }) => fromMs >= earliestMs));
    const [first] = together;
    if (first === undefined || together.length < MOST * steady.length) return [];
    // whoever gets no requests has no request metrics, and reports all the same
    if (together.length < steady.length && together.every(({ series: { metric } }) => isOfRequests(metric))) return [];
    const isRun = first.untilMs === null && (isShortLived(first, startMs) || hasOthers(entity, first, byEntity));
    return [{ first, of: steady.length, count: together.length, isRun }];
  });
  if (silent.length > (1 - GOING_ON) * byEntity.size) return [];
  return silent.flatMap(({ first: { series, stepMs, fromMs, untilMs }, of, count, isRun }): Finding | [] => {
    if (isRun) return [];
    const withIt = silent.filter(({ first }) => Math.abs(first.fromMs - fromMs) <= TOGETHER * stepMs).length - 1;
    const until = untilMs === null ? "" : ` until ${utcClock(untilMs)}`;
    return {
      signal: "metric",
      kind: "metric.silence",
      entity: { id: series.entity, kind: series.entityKind },
      strength: STRENGTH,
      onsetMs: fromMs,
      peer: null,
      summary: `${series.entity}: ${count} of ${of} series have no samples from ${utcClock(fromMs)} on${until}`,
      evidence: {
        connector,
        query: `${query} entity=${series.entity}`,
        window: incident.window,
        facts: {
          metric: series.metric,
          family: "other",
          silent_series: count,
          steady_series: of,
          silent_together: withIt,
          step_seconds: stepMs / 1000,
          last_sample: isoTime(fromMs),
          onset: isoTime(fromMs),
          ...(untilMs === null ? { recording_end: isoTime(endMs) } : { next_sample: isoTime(untilMs) }),
        },
      },
    };
  });
}

function isOfRequests(metric: string): boolean {
  const { sli } = readSignal(metric);
  return sli === "latency" || sli === "errors" || sli === "traffic";
}

/** What reported only for a part of the time before, such as a job, ends as a matter of course. */
const isShortLived = ({ series, fromMs }: Silence, startMs: number): boolean =>
  (series.timesMs[0] ?? fromMs) - startMs > SHORT_LIVED * (fromMs - startMs);

/** The series with its usual interval; null if it has none. */
function steadyStep(series: Series): { series: Series; stepMs: number } | null {
  const steps = series.timesMs.slice(1).map((timeMs, at) => timeMs - (series.timesMs[at] ?? timeMs));
  if (series.timesMs.length < MIN_SAMPLES) return null;
  const stepMs = median(steps);
  return stepMs > 0 && quantile(steps, 0.9) <= STEADY * stepMs ? { series, stepMs } : null;
}

/** The longest stretch without samples, the end of the recording included; null if it is too short to tell. */
function longestSilence({ series, stepMs }: { series: Series; stepMs: number }, endMs: number): Silence | null {
  const times = [...series.timesMs, endMs];
  let best = -1;
  for (let at = 0; at + 1 < times.length; at += 1) if (best < 0 || gapAt(times, at) > gapAt(times, best)) best = at;
  if (best < 0 || gapAt(times, best) < Math.max(MIN_SILENCE_MS, MIN_INTERVALS * stepMs)) return null;
  return {
    series,
    stepMs,
    fromMs: times[best] ?? endMs,
    untilMs: best + 1 < series.timesMs.length ? (times[best + 1] ?? null) : null,
  };
}

const gapAt = (times: readonly number[], at: number): number => (times[at + 1] ?? 0) - (times[at] ?? 0);

/** The most silences that begin at one time, earliest first. */
function largestGroup(silences: readonly Silence[]): Silence[] {
  const sorted = silences.toSorted((a, b) => a.fromMs - b.fromMs);
  const groups = sorted.map((first) =>
    sorted.filter(({ fromMs }) => fromMs >= first.fromMs && fromMs - first.fromMs <= TOGETHER * first.stepMs),
  );
  return groups.reduce((most, group) => (group.length > most.length ? group : most), []);
}

/** True if other instances of the same workload, or of another version of it, report later than this one. */
function hasOthers(
  entity: string,
  { fromMs, stepMs }: Silence,
  byEntity: ReadonlyMap<string, readonly Series[]>,
): boolean {
  const workload = workloadOf(entity);
  if (workload === null) return false;
  return [...byEntity].some(
    ([other, series]) =>
      other !== entity &&
      workloadOf(other) === workload &&
      series.some(({ timesMs }) => (timesMs.at(-1) ?? fromMs) > fromMs + MIN_INTERVALS * stepMs),
  );
}

/** The workload of a pod without the word for its version: canary, blue, v2. */
const workloadOf = (entity: string): string | null =>
  workloadOfPod(entity)?.replace(/-(?:v\d+|canary|stable|primary|blue|green)$/, "") ?? null;
