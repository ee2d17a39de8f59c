import { isInstanceKind } from "../../domain/entity.ts";
import type { Vocabulary } from "../../domain/incident.ts";
import { vocabularyNames, workloadOf } from "../naming.ts";
import type { EntityNamer } from "./answers.ts";

/** Names of a suite: those of its closed vocabulary; the entity's own if the suite lists none. */
export const suiteNamer =
  (vocabulary: Vocabulary | null): EntityNamer =>
  (entity, entityKind) =>
    vocabulary === null || vocabulary.entities.length === 0
      ? entity
      : (vocabularyNames({ entity, entityKind }, vocabulary)[0] ?? null);

/** Names of services in a Kubernetes cluster: without namespace and kind, and for an instance its workload. */
export const serviceNamer: EntityNamer = (entity, entityKind) =>
  isInstanceKind(entityKind) ? workloadOf(entity) : entity.slice(entity.lastIndexOf("/") + 1);
