import { IncidentError } from "../domain/errors.ts";
import type { AnySource, Telemetry, TelemetrySource } from "../domain/ports.ts";
import type { TelemetrySignal } from "../domain/query.ts";

/** The sources of one signal, in the order of the registry. If names are given, only those. */
export function sourcesOf<S extends TelemetrySignal>(
  telemetry: Telemetry,
  signal: S,
  names: readonly string[] = [],
): TelemetrySource<S>[] {
  return telemetry.filter(
    (source): source is AnySource & TelemetrySource<S> =>
      source.signal === signal && (names.length === 0 || names.includes(source.name)),
  );
}

/**
 * Checks that the sources of a signal have different names, because queries and reports refer to them by name.
 *
 * @throws {IncidentError} CONFIG, naming the duplicate.
 */
export function checkNames(telemetry: Telemetry): void {
  const seen = new Set<string>();
  for (const { name, signal } of telemetry) {
    const key = `${signal} source "${name}"`;
    if (seen.has(key))
      throw new IncidentError("CONFIG", `two sources have the same name: ${key}`, {
        hint: "Give each source its own name.",
      });
    seen.add(key);
  }
}
