import { IncidentError } from "../domain/errors.ts";
import type { AnySource, NativeQuery, Telemetry } from "../domain/ports.ts";
import type { TelemetryQuery } from "../domain/query.ts";

/** Queries of one question that are shown. A plan of many series has dozens. */
const MAX_SHOWN = 5;

/**
 * A query of evidence in the languages of its sources, with the pages that show it. Empty if no source has a language
 * of its own, or if it cannot be asked now: the rest of the evidence is still shown.
 */
export async function nativeQueries(
  telemetry: Telemetry,
  query: TelemetryQuery,
  signal: AbortSignal | undefined,
): Promise<NativeQuery[]> {
  const queried = telemetry.filter(
    ({ name, signal: kind }) => kind === query.signal && (query.sources.length === 0 || query.sources.includes(name)),
  );
  const found = await Promise.all(queried.map((source) => ofSource(source, query, signal)));
  return found.flat().slice(0, MAX_SHOWN);
}

async function ofSource(source: AnySource, query: TelemetryQuery, signal: AbortSignal | undefined) {
  try {
    return (await source.native?.(query, { signal })) ?? [];
  } catch (error) {
    if (error instanceof IncidentError) return [];
    throw error;
  }
}
