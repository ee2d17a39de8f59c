import type { TelemetrySignal } from "../../domain/query.ts";
import { nearestNames } from "../../llm/nearest-names.ts";
import type { CallRefusal } from "../../llm/define-tool.ts";
import { quotedName } from "../../llm/quoted-data.ts";
import type { InvestigationContext } from "./context.ts";
import { plannedRangeOf } from "./ranges.ts";

/** What exists in a signal: its entities, and the names of its metrics, operations, alerts, changes or streams. */
export type ContentsOf = { entities: string[]; names: string[]; isCapped: boolean };

/** Lists what the sources of a signal have, beyond what the analysis read. Null if the signal has no source. */
export async function contentsOf(
  { telemetry, incident }: InvestigationContext,
  signal: TelemetrySignal,
  stop?: AbortSignal,
): Promise<ContentsOf | null> {
  if (telemetry.sourceNames(signal).length === 0) return null;
  const range = await plannedRangeOf(telemetry, incident, signal, stop);
  const all = await telemetry.contents(
    signal,
    { range, recording: null, fields: ["entities", "names", "streams"] },
    { signal: stop },
  );
  const list = (pick: (each: (typeof all)[number]) => string[]): string[] => [...new Set(all.flatMap(pick))].toSorted();
  return {
    entities: list(({ entities }) => entities.map(({ id }) => id)),
    names: list(({ names, streams }) => (signal === "log" ? streams : names)),
    isCapped: all.some(({ isCapped }) => isCapped),
  };
}

/** Every entity that the analysis knows of. */
export const knownEntities = ({ topology, findings, incident }: InvestigationContext): string[] => [
  ...new Set([
    ...topology.nodes.map(({ id }) => id),
    ...topology.edges.flatMap(({ from, to }) => [from, to]),
    ...findings.map(({ entity }) => entity.id),
    ...(incident.vocabulary?.entities ?? []),
  ]),
];

/** The known name that a model means: it may have been shown a handle instead. Null if there is none. */
export const meant = (shown: string, known: readonly string[]): string | null =>
  known.find((name) => name === shown) ?? known.find((name) => quotedName(name) === shown) ?? null;

/** A refusal of a name that does not exist, with the nearest that do. */
export const unknownName = (what: string, name: string, known: readonly string[]): CallRefusal => {
  const near = nearestNames(name, known, 8);
  return {
    refused: known.length === 0 ? `there is no ${what} at all` : `there is no ${what} with this name`,
    possible: near.length > 0 ? near : known.slice(0, 20),
  };
};
