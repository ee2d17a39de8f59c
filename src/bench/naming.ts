import type { Vocabulary } from "../domain/incident.ts";

type Named = { entity: string; entityKind: string };

const lastPart = (id: string): string => id.slice(id.lastIndexOf("/") + 1);
/** The kind in a name such as `app/x`; null for a plain name. */
const kindPrefix = (id: string): string | null => (id.includes("/") ? id.slice(0, id.indexOf("/")) : null);

/** The suffix of Kubernetes pod names: the hash of a replica set and five characters, or an ordinal. */
const POD_SUFFIX = /-(?:[a-f0-9]{6,10}-[a-z0-9]{5}|\d{1,3})$/;
/** The workload of a pod, by its name; any other name stays as it is. */
export const workloadOf = (id: string): string => lastPart(id).replace(POD_SUFFIX, "");

/**
 * The names of an entity in a closed vocabulary, best first; none when the vocabulary does not contain it. In this
 * order: the same name; the name with a kind before it (`app/x` for `x`), the same kind first; for a pod, its workload;
 * for a workload, its instances when only those are listed.
 */
export function vocabularyNames({ entity, entityKind }: Named, { entities }: Pick<Vocabulary, "entities">): string[] {
  if (entities.includes(entity)) return [entity];
  const bare = lastPart(entity);
  const ofSameName = entities.filter((name) => lastPart(name) === bare);
  if (ofSameName.length > 0)
    return ofSameName
      .toSorted((a, b) => Number(kindPrefix(b) === entityKind) - Number(kindPrefix(a) === entityKind))
      .slice(0, 1);
  const workload = workloadOf(entity);
  const ofWorkload = workload === bare ? [] : entities.filter((name) => lastPart(name) === workload);
  if (ofWorkload.length > 0) return ofWorkload.slice(0, 1);
  return entities.filter((name) => workloadOf(name) === bare);
}

/** The kind of a vocabulary name: the kind in the name, otherwise the only kind listed, otherwise the kind we found. */
export const vocabularyKind = (name: string, ours: string, { entityKinds }: Pick<Vocabulary, "entityKinds">): string =>
  kindPrefix(name) !== null && entityKinds.includes(kindPrefix(name) ?? "")
    ? (kindPrefix(name) ?? ours)
    : entityKinds.length === 1
      ? (entityKinds[0] ?? ours)
      : ours;
