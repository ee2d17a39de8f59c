import type { Incident } from "../../domain/incident.ts";
import { splitOf } from "../../domain/periods.ts";
import type { TelemetrySignal } from "../../domain/query.ts";
import { contains, IsoTime, isoTime, type TimeWindow } from "../../domain/time.ts";
import type { CallRefusal } from "../../llm/define-tool.ts";
import type { TelemetryHandle } from "../../telemetry/handle.ts";

const DAY_MS = 24 * 3_600_000;

/** The range that the analysis itself reads of a signal. */
export async function plannedRangeOf(
  telemetry: TelemetryHandle,
  incident: Incident,
  signal: TelemetrySignal,
  stop?: AbortSignal,
): Promise<TimeWindow> {
  const plan = await telemetry.plan(signal, incident, { signal: stop });
  return plan?.range ?? incident.window ?? { startMs: 0, endMs: Date.UTC(2100, 0) };
}

/**
 * Reads the range that a model asks for: at most a day around the planned one. Null times stand for the planned ends.
 */
export function requestedRange(planned: TimeWindow, from: string | null, to: string | null): TimeWindow | CallRefusal {
  const possible = { startMs: planned.startMs - DAY_MS, endMs: planned.endMs + DAY_MS };
  const times = [from, to].map((text) => (text === null ? null : IsoTime.safeParse(text)));
  const wrong = times.find((time) => time !== null && !time.success);
  if (wrong !== undefined) return outside("a time is not in ISO 8601", planned);
  const [startMs, endMs] = [times[0]?.data ?? planned.startMs, times[1]?.data ?? planned.endMs];
  if (startMs >= endMs) return outside("the range ends before it starts", planned);
  if (!contains(possible, startMs) || !contains(possible, endMs))
    return outside("the range is far from the incident", planned);
  return { startMs, endMs };
}

/** A time at which something may have changed. */
export function requestedTime(planned: TimeWindow, at: string): number | CallRefusal {
  const time = IsoTime.safeParse(at);
  if (!time.success) return outside("the time is not in ISO 8601", planned);
  return contains(planned, time.data) ? time.data : outside("there is no data of this time", planned);
}

const outside = (refused: string, { startMs, endMs }: TimeWindow): CallRefusal => ({
  refused,
  hint: `Data was read from ${safeIso(startMs)} to ${safeIso(endMs)}.`,
});
const safeIso = (ms: number): string => (Number.isNaN(new Date(ms).getTime()) ? "any" : isoTime(ms));

/** The time that divides quiet time and incident; the middle of the data if none is known. */
export const dividingTime = (incident: Incident, range: TimeWindow): number =>
  splitOf(incident) ?? incident.alarmAtMs ?? (range.startMs + range.endMs) / 2;
