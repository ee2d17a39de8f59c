import type { Ranking } from "../../domain/hypothesis.ts";
import type { Report } from "../../domain/report.ts";
import type { Topology } from "../../domain/telemetry.ts";
import { aliasesOf } from "../../topology/aliases.ts";
import { dependencyGraph, workloadOfPod } from "../../topology/graph.ts";

/** Of whom a source held records. Null: it was not read at all, which is said elsewhere. */
export type SignalCoverage = Readonly<Record<"logs" | "metrics" | "traces", readonly string[] | null>>;
/** `entity`: has no records of its own in `source`, though `others` have. */
export type SilentEntity = { source: keyof SignalCoverage; entity: string; suspected: boolean; others: number };

/** What tells of itself: a database, a host outside or a node is told of by others. */
const EMITTING_KINDS = new Set(["service", "pod", "app", "unknown"]);
/** Of those whom nobody suspects, silence is worth a word where it is the exception. */
const USUAL_SHARE = 0.5;
/** Suspects whose silence matters: those that a person will look at. */
const SUSPECTS = 3;
/** Of those whom nobody suspects, so many are named. */
const MAX_NAMED = 20;

/**
 * Who left nothing in a source in which others did: what it would have said, for or against it, is not known. The suspects and the path to the symptom come first,
 * then, where most services are heard, everybody else who is known.
 */
export function silentEntities(coverage: SignalCoverage, { hypotheses }: Ranking, topology: Topology): SilentEntity[] {
  const graph = dependencyGraph(topology);
  const aliases = aliasesOf(topology);
  const canonical = (id: string): string => aliases.get(id) ?? id;
  const ownerOf = (id: string): string | null => graph.ownerOf.get(id) ?? workloadOfPod(id);
  const isPod = (id: string): boolean => graph.kindOf.get(id) === "pod";
  const emitsTelemetry = (id: string): boolean =>
    EMITTING_KINDS.has(
      graph.kindOf.get(id) ?? hypotheses.find(({ entity }) => entity.id === id)?.entity.kind ?? "unknown",
    );
  const suspects = [...hypotheses.slice(0, SUSPECTS).map(({ entity }) => entity.id), ...(hypotheses[0]?.path ?? [])];
  const known = [...graph.kindOf].flatMap(([id, kind]) => (kind === "service" && !aliases.has(id) ? [id] : []));

  return (["logs", "metrics", "traces"] as const).flatMap((source): SilentEntity[] => {
    const reporting = coverage[source];
    if (reporting === null) return [];
    // an instance speaks for its service
    const reporters = new Set(reporting.flatMap((id) => [canonical(id), ...[ownerOf(id) ?? []].flat().map(canonical)]));
    const isCovered = (id: string): boolean =>
      reporters.has(canonical(id)) || (isPod(id) && reporters.has(canonical(ownerOf(id) ?? id)));
    const others = known.filter(isCovered).length;
    const expected = others >= USUAL_SHARE * known.length ? known : [];
    const silent = [...new Set([...suspects, ...expected])].filter((id) => emitsTelemetry(id) && !isCovered(id));
    return others === 0
      ? []
      : silent.map((entity) => ({ source, entity, suspected: suspects.includes(entity), others }));
  });
}

/** As `not_checked` has it: suspects one by one, the rest in one line for each source. */
export function silentGaps(all: readonly SilentEntity[]): Report["not_checked"] {
  return [...Map.groupBy(all, ({ source }) => source)].flatMap(([source, silent]) => {
    const rest = silent.filter(({ suspected }) => !suspected).map(({ entity }) => entity);
    const [few, more] = [
      rest.slice(0, MAX_NAMED).join(", "),
      rest.length > MAX_NAMED ? ` and ${rest.length - MAX_NAMED} more` : "",
    ];
    return [
      ...silent
        .filter(({ suspected }) => suspected)
        .map(({ entity, others }) => ({
          source: `${source} of ${entity}`,
          why: `its own ${source} were not seen, those of ${others} others were`,
        })),
      ...(rest.length > 0 ? [{ source: `${source} of others`, why: `not seen: those of ${few}${more}` }] : []),
    ];
  });
}
