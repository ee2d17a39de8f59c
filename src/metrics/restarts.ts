import type { Series } from "../domain/telemetry.ts";
import { signalWords } from "../domain/signals.ts";

/** Direction in which a series moves at a restart: an uptime falls; a start time or a restart counter rises. */
export type RestartGauge = "falls" | "rises";

/** Detects a metric that shows restarts; null for any other metric. */
export function restartGauge(metric: string): RestartGauge | null {
  const words = new Set(signalWords(metric));
  if (words.has("uptime")) return "falls";
  return words.has("restarts") || words.has("restart") || (words.has("start") && words.has("time")) ? "rises" : null;
}

/** A start time is exported anew at each scrape; smaller moves are rounding. In the metric's unit. */
const ROUNDING = 0.5;

/**
 * Times of restarts of a process or container, each dated by the first sample after it.
 *
 * @param series samples of an uptime, a start time or a restart counter. @returns Unix ms, ascending.
 */
export function restartTimes({ timesMs, values }: Series, gauge: RestartGauge): number[] {
  return timesMs.filter((_, index) => {
    const [was, is] = [values[index - 1], values[index]];
    if (was === undefined || is === undefined) return false;
    return gauge === "falls" ? is < was - ROUNDING : is > was + ROUNDING;
  });
}
