import type { Report, ReportEvidence } from "../../domain/report.ts";
import type { IncidentAlert } from "../../domain/service.ts";
import type { Series } from "../../domain/telemetry.ts";
import { summaryOf } from "../../render/finding-words.ts";
import { wantedSeries } from "../../render/picture/incident-picture.ts";

/** What happened at about one time: `count` things, the first of which is `evidenceId` or an alert. */
export type LaneMark = { atMs: number; count: number; what: string; evidenceId: string | null };
/** `events`: in order of time. A drawing joins those that lie on each other. */
export type TimelineLane = { label: "Alerts" | "Changes" | "Findings"; events: Omit<LaneMark, "count">[] };
/** `points`: Unix milliseconds and value, thinned to what a screen shows. */
export type TimelineSeries = {
  evidenceId: string;
  entity: string;
  metric: string;
  points: [number, number][];
  onsetMs: number | null;
};
/** Times are Unix milliseconds. Marks before `startMs` or after `endMs` lie at the edges. */
export type TimelineView = {
  startMs: number;
  endMs: number;
  onsetMs: number | null;
  alarmMs: number | null;
  lanes: TimelineLane[];
  series: TimelineSeries[];
};

const MAX_POINTS = 240;
/** Around the known times, where no series gives the range. */
const PADDING_MS = 5 * 60_000;

/** Lays findings, alerts and changes over the series that show the fault best. Null where nothing has a time. */
export function timelineView(
  report: Report,
  read: readonly Series[],
  alerts: readonly Pick<IncidentAlert, "startsAtMs" | "name" | "entity">[],
): TimelineView | null {
  const series = wantedSeries(report).flatMap(({ entity, metric, evidenceId, onsetMs }) => {
    const found = read.find((one) => one.entity === entity && one.metric === metric);
    if (found === undefined || found.values.length < 2) return [];
    return [{ evidenceId, entity, metric, points: thinned(found), onsetMs }];
  });
  const onsetMs = msOf(report.onset);
  const alarmMs = msOf(report.alarm_at);
  const events = eventsOf(report, alerts);
  const range = rangeOf(series, [onsetMs, alarmMs, ...events.map(({ atMs }) => atMs)]);
  if (range === null) return null;
  const lane = (label: TimelineLane["label"]): TimelineLane[] => {
    const own = events.filter((event) => event.label === label);
    return own.length === 0 ? [] : [{ label, events: own }];
  };
  return { ...range, onsetMs, alarmMs, series, lanes: [...lane("Alerts"), ...lane("Changes"), ...lane("Findings")] };
}

type LaneEvent = Omit<LaneMark, "count"> & { label: TimelineLane["label"] };

function eventsOf(
  { evidence }: Report,
  alerts: readonly Pick<IncidentAlert, "startsAtMs" | "name" | "entity">[],
): LaneEvent[] {
  const found = evidence.flatMap((one): LaneEvent[] => {
    const atMs = msOf(one.onset);
    return atMs === null ? [] : [{ label: laneOf(one), atMs, what: `${one.id} ${summaryOf(one)}`, evidenceId: one.id }];
  });
  // an alert that is a finding has its mark already
  const isFound = found.some(({ label }) => label === "Alerts");
  const received = alerts.map(({ startsAtMs, name, entity }): LaneEvent => ({
    label: "Alerts",
    atMs: startsAtMs,
    what: `${name} on ${entity}`,
    evidenceId: null,
  }));
  return [...found, ...(isFound ? [] : received)].toSorted((a, b) => a.atMs - b.atMs);
}

const laneOf = ({ signal }: ReportEvidence): TimelineLane["label"] =>
  signal === "alert" ? "Alerts" : signal === "change" ? "Changes" : "Findings";

function rangeOf(
  series: readonly TimelineSeries[],
  times: readonly (number | null)[],
): { startMs: number; endMs: number } | null {
  const ends = series.flatMap(({ points }) => [points[0]?.[0], points.at(-1)?.[0]]).filter((ms) => ms !== undefined);
  const known = times.filter((ms) => ms !== null);
  if (ends.length > 0) return { startMs: Math.min(...ends), endMs: Math.max(...ends) };
  const [first, last] = [known.reduce((a, b) => Math.min(a, b), Infinity), known.reduce((a, b) => Math.max(a, b), 0)];
  return known.length === 0 ? null : { startMs: first - PADDING_MS, endMs: last + PADDING_MS };
}

/**
 * Joins each event with the mark before it, unless it lies at least 1 / `bins` of the range behind the first event of
 * that mark. So at most `bins` + 1 marks are drawn, and none lies on another.
 */
export function marksOf(
  { events }: TimelineLane,
  { startMs, endMs }: Pick<TimelineView, "startMs" | "endMs">,
  bins: number,
): LaneMark[] {
  const gapMs = Math.max(1, endMs - startMs) / bins;
  const placeOf = (atMs: number): number => Math.min(Math.max(atMs, startMs), endMs);
  const marks: LaneMark[] = [];
  for (const { atMs, what, evidenceId } of events) {
    const last = marks.at(-1);
    if (last !== undefined && placeOf(atMs) - placeOf(last.atMs) < gapMs) last.count += 1;
    else marks.push({ atMs, count: 1, what, evidenceId });
  }
  return marks;
}

/** Of the points in one bucket, the lowest and the highest stay, so no spike is lost. */
function thinned({ timesMs, values }: Series): [number, number][] {
  const all = timesMs.map((ms, i): [number, number] => [ms, values[i] ?? 0]);
  const size = Math.ceil(all.length / (MAX_POINTS / 2));
  if (size <= 2) return all;
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size)).flatMap(
    (bucket) => {
      const sorted = bucket.toSorted((a, b) => a[1] - b[1]);
      return [sorted[0], sorted.at(-1)].filter((point) => point !== undefined).toSorted((a, b) => a[0] - b[0]);
    },
  );
}

const msOf = (iso: string | null): number | null => {
  const ms = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(ms) ? null : ms;
};
