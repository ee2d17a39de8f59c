import type { Vocabulary } from "../domain/incident.ts";

type Named = { entity: string; entityKind: string };

const lastPart = (id: string): string => id.slice(id.lastIndexOf("/") + 1);
/** `app/x` says what kind of thing `x` is; a plain name does not. */
const saidKind = (id: string): string | null => (id.includes("/") ? id.slice(0, id.indexOf("/")) : null);

/** What Kubernetes appends to the name of a workload to name its pods: a replica set's hash and five letters, or an ordinal. */
const POD_SUFFIX = /-(?:[a-f0-9]{6,10}-[a-z0-9]{5}|\d{1,3})$/;
const workloadOf = (id: string): string => lastPart(id).replace(POD_SUFFIX, "");

/**
 * The names by which a closed vocabulary knows an entity, best first; none where it does not know it. In this order: the
 * same name; the name with its kind before it (`app/x` for `x`), the same kind first; for a pod, the workload that it is one
 * of; for a workload, its instances where only those are listed.
 */
export function vocabularyNames({ entity, entityKind }: Named, { entities }: Pick<Vocabulary, "entities">): string[] {
  if (entities.includes(entity)) return [entity];
  const bare = lastPart(entity);
  const ofSameName = entities.filter((name) => lastPart(name) === bare);
  if (ofSameName.length > 0)
    return ofSameName
      .toSorted((a, b) => Number(saidKind(b) === entityKind) - Number(saidKind(a) === entityKind))
      .slice(0, 1);
  const workload = workloadOf(entity);
  const ofWorkload = workload === bare ? [] : entities.filter((name) => lastPart(name) === workload);
  if (ofWorkload.length > 0) return ofWorkload.slice(0, 1);
  return entities.filter((name) => workloadOf(name) === bare);
}

/** What kind of thing a name of the vocabulary stands for: what the name says, else the only kind there is, else what we took it for. */
export const vocabularyKind = (name: string, ours: string, { entityKinds }: Pick<Vocabulary, "entityKinds">): string =>
  saidKind(name) !== null && entityKinds.includes(saidKind(name) ?? "")
    ? (saidKind(name) ?? ours)
    : entityKinds.length === 1
      ? (entityKinds[0] ?? ours)
      : ours;
