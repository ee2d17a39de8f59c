import type { Ranking } from "../../domain/hypothesis.ts";
import type { Report } from "../../domain/report.ts";
import type { Topology } from "../../domain/telemetry.ts";
import { aliasesOf } from "../../topology/aliases.ts";
import { workloadOfPod } from "../../domain/pod-names.ts";
import { dependencyGraph } from "../../topology/graph.ts";

/** The entities with records in each source. Null: the source was not read at all; another gap reports that. */
export type SignalCoverage = Readonly<Record<"logs" | "metrics" | "traces", readonly string[] | null>>;
/**
 * An entity without records in `source`. `others`: number of services that have records there. `suspected`: the entity
 * is a suspect or on the path.
 */
export type SilentEntity = { source: keyof SignalCoverage; entity: string; suspected: boolean; others: number };

/** Kinds that emit telemetry themselves. Databases, external hosts and nodes are observed from outside. */
const EMITTING_KINDS = new Set(["service", "pod", "app", "unknown"]);
/** Silence of other entities is reported only if at least this share of services has records. */
const USUAL_SHARE = 0.5;
/** Number of top suspects whose silence is reported one by one. */
const SUSPECTS = 3;
/** Maximum number of other entities that are listed by name. */
const MAX_NAMED = 20;

/**
 * Finds entities without records in a source in which other entities have some: evidence for or against them may be
 * missing. Suspects and the path to the symptom come first. If most services have records, all silent services follow.
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
    // Records of a pod count for its service.
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

/** Gaps for `not_checked`: suspects one by one, the rest in one line for each source. */
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
          why: `it has no ${source} of its own, but ${others} other services have ${source}`,
        })),
      ...(rest.length > 0 ? [{ source: `${source} of ${few}${more}`, why: "no records" }] : []),
    ];
  });
}
