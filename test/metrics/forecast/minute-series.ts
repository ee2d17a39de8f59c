export const START_MS = Date.UTC(2026, 10, 2);
/** An hour, a sample each minute. */
export const timesMs = Array.from({ length: 60 }, (_, at) => START_MS + at * 60_000);
/** A series with one level for each minute. */
export const series = (entity: string, metric: string, level: (at: number) => number) => ({
  entity,
  entityKind: "node",
  metric,
  timesMs,
  values: timesMs.map((_, at) => level(at)),
});
/** From -1 to 1, always the same. */
export const jitter = (at: number): number => ((at * 3) % 7) / 3 - 1;
