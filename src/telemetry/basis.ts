import type { EvidenceBasis } from "../domain/finding.ts";
import type { TelemetryData } from "../domain/ports.ts";
import { toolCall } from "../domain/query-match.ts";
import type { TelemetrySignal } from "../domain/query.ts";
import { nanosToMs } from "../domain/time.ts";

/** A line, point or record that evidence rests on. `where`: file and line, or the entity and name of the record. */
export type EvidenceSample = { atMs: number | null; where: string; text: string };
export type CountedSignal = Exclude<TelemetrySignal, "log" | "topology">;
type Point = { timeMs: number | null; value: number | null };

export const NO_BASIS: EvidenceBasis = { count: 0, firstMs: null, lastMs: null, min: null, max: null };

/** Adds one more record to the result of a query. */
export function withPoint(basis: EvidenceBasis, { timeMs, value }: Point): EvidenceBasis {
  return {
    count: basis.count + 1,
    firstMs: least(basis.firstMs, timeMs),
    lastMs: greatest(basis.lastMs, timeMs),
    min: least(basis.min, value),
    max: greatest(basis.max, value),
  };
}
const least = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
const greatest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);

/** How the records of a signal are counted and shown to people. */
type View<S extends CountedSignal> = {
  points(data: TelemetryData[S]): Point[];
  samples(data: TelemetryData[S]): EvidenceSample[];
};

const VIEWS: { [S in CountedSignal]: View<S> } = {
  metric: {
    points: (all) =>
      all.flatMap(({ timesMs, values }) => timesMs.map((timeMs, at) => ({ timeMs, value: values[at] ?? null }))),
    samples: (all) =>
      all.flatMap(({ entity, metric, timesMs, values }) =>
        timesMs.map((atMs, at) => ({ atMs, where: `${entity} ${metric}`, text: String(values[at]) })),
      ),
  },
  trace: {
    points: (spans) =>
      spans.map(({ startUnixNano, durationUs }) => ({ timeMs: nanosToMs(startUnixNano), value: durationUs / 1000 })),
    samples: (spans) =>
      spans.map(({ startUnixNano, service, operation, durationUs, status, traceId }) => ({
        atMs: nanosToMs(startUnixNano),
        where: `trace ${traceId}`,
        text: [service, operation, `${durationUs / 1000} ms`, status].filter((part) => part !== "").join(", "),
      })),
  },
  alert: {
    points: (alerts) => alerts.map(({ timeUnixMs }) => ({ timeMs: timeUnixMs, value: null })),
    samples: (alerts) =>
      alerts.map(({ timeUnixMs, entity, name, message }) => ({
        atMs: timeUnixMs,
        where: entity,
        text: message === null ? name : `${name}: ${message}`,
      })),
  },
  change: {
    points: (changes) => changes.map(({ timeUnixMs }) => ({ timeMs: timeUnixMs, value: null })),
    samples: (changes) =>
      changes.map(({ timeUnixMs, entity, kind, id, summary }) => ({
        atMs: timeUnixMs,
        where: entity,
        text: [kind, id, summary].filter((part) => part !== null).join(" "),
      })),
  },
  cluster: {
    points: (answers) => answers.map(() => ({ timeMs: null, value: null })),
    samples: (answers) => answers.map((answer) => ({ atMs: null, where: toolCall(answer), text: answer.text })),
  },
};

export const basisOf = <S extends CountedSignal>(signal: S, data: TelemetryData[S]): EvidenceBasis =>
  VIEWS[signal].points(data).reduce(withPoint, NO_BASIS);

/** Picks at most `limit` records, evenly spread over time, with the first and the last. */
export function samplesOf<S extends CountedSignal>(signal: S, data: TelemetryData[S], limit: number): EvidenceSample[] {
  const all = VIEWS[signal].samples(data).toSorted((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
  if (all.length <= limit) return all;
  const step = (all.length - 1) / Math.max(1, limit - 1);
  return Array.from({ length: limit }, (_, at) => all[Math.round(at * step)]).filter((sample) => sample !== undefined);
}
