import { diskPartOf, readSignal } from "../domain/signals.ts";

/** The family of a metric, in which a full disk is another resource than a busy one. */
export function familyOf(metric: string): string {
  const { family, hurts, unit } = readSignal(metric);
  const isFilled = hurts === "down" || unit === "percent" || unit === "ratio" || unit === "bytes";
  return family === "disk" && isFilled && diskPartOf(metric) === "space" ? "disk space" : family;
}
