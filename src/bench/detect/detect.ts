import { eventsOf, eventsOnline } from "../../metrics/usual-events.ts";
import { meanExcess } from "../../metrics/usual-band.ts";
import { isoTime } from "../../domain/time.ts";
import { type CauseCase, type EventSeries, readCauseCases, readEventSeries } from "./read-suite.ts";

/** `events`: when a series is abnormal. `cause`: which metrics of a server are at fault during a bad segment. */
export type DetectTask = "events" | "cause";
export const DETECT_TASKS: readonly DetectTask[] = ["events", "cause"];

/** One prediction for each series or case, as JSON lines for score_detection.py. */
export const detect = (suite: string, task: DetectTask, online: boolean): string[] =>
  task === "events"
    ? readEventSeries(suite).map((series) => JSON.stringify(predictEvents(series, online)))
    : readCauseCases(suite).map((one) => JSON.stringify(rankMetrics(one)));

/** @param online judges each sample only by itself and earlier samples. */
export const predictEvents = (
  series: EventSeries,
  online: boolean,
): { series: string; events: { start: string; end: string; score: number }[] } => ({
  series: series.series,
  events: (online ? eventsOnline(series) : eventsOf(series)).map(({ startMs, endMs, score }) => ({
    start: isoTime(startMs),
    end: isoTime(endMs),
    score,
  })),
});

/** Ranks the metrics by their distance from the usual band at that time of day; ties in the given order. */
export const rankMetrics = ({ id, metrics }: CauseCase): { id: string; ranking: string[] } => ({
  id,
  ranking: metrics
    .map(({ metric, history, during }) => ({ metric, excess: meanExcess(history, during) }))
    .toSorted((a, b) => b.excess - a.excess)
    .map(({ metric }) => metric),
});
