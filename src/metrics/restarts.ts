import type { Series } from "../domain/telemetry.ts";
import { signalWords } from "../domain/signals.ts";

/** What a series says of restarts: an uptime that falls, a start time or a restart counter that rises. Null for other series. */
export type RestartGauge = "falls" | "rises";

export function restartGauge(metric: string): RestartGauge | null {
  const words = new Set(signalWords(metric));
  if (words.has("uptime")) return "falls";
  return words.has("restarts") || words.has("restart") || (words.has("start") && words.has("time")) ? "rises" : null;
}

/** A start time is told anew at each scrape: what moves less than this is rounding. In the metric's unit. */
const ROUNDING = 0.5;

/**
 * Times at which the process or container was started anew, as the samples tell: that of the first sample after each.
 *
 * @param series samples of an uptime, a start time, or a counter of restarts. @returns Unix ms, ascending.
 */
export function restartTimes({ timesMs, values }: Series, gauge: RestartGauge): number[] {
  return timesMs.filter((_, index) => {
    const [was, is] = [values[index - 1], values[index]];
    if (was === undefined || is === undefined) return false;
    return gauge === "falls" ? is < was - ROUNDING : is > was + ROUNDING;
  });
}
