import { IncidentError } from "../../domain/errors.ts";
import type { AnswerGap } from "../../domain/ports.ts";
import { isAbsent, readList, statusOf } from "./list.ts";
import type { KubernetesDoor } from "./list-pages.ts";
import type { ApiObject } from "./reduce.ts";
import { latest, type Restarted, restartedContainers } from "./previous-logs.ts";
import { DELIVERY_TYPES } from "./delivery.ts";
import { ROLLOUT_TYPES } from "./rollouts.ts";
import { type Write, writesOf } from "./writes.ts";
import { ALL_RESOURCES, type ObjectListRequest, type Resource, TOPOLOGY_TYPES, WRITTEN_TYPES } from "./resources.ts";

/** Namespaces that are read one by one, where the user may not list all of them at once. */
const MAX_NAMESPACES = 20;

/**
 * One list of a snapshot. `json`: its objects. `items`: the same, of the types that the history of rollouts needs.
 * `writes`: who wrote the objects, of types that people change by hand.
 * `restarted`: the containers that restarted, of pods. `takenMs`: when it was read.
 */
export type SnapshotList = ObjectListRequest & {
  kind: string;
  json: string;
  items: readonly ApiObject[];
  restarted: readonly Restarted[];
  writes: readonly Write[];
  takenMs: number;
  isComplete: boolean;
};

/** Which namespaces to read; empty for all that the user may read. `own`: that of the context. */
export type NamespaceScope = { namespaces: readonly string[]; own: string | null };

/** The lists of one analysis. Those that several sources need are read once. */
export type Snapshot = {
  /** Reads some types. `gaps`: what could not be read, and why. @throws {IncidentError} if nothing could be read. */
  read(types: readonly string[], signal?: AbortSignal): Promise<{ lists: SnapshotList[]; gaps: AnswerGap[] }>;
};

/** What several of state, rollouts and topology are read from. The answers with other lists are cached elsewhere. */
const SHARED: ReadonlySet<string> = new Set([...ROLLOUT_TYPES, ...TOPOLOGY_TYPES, ...WRITTEN_TYPES]);
/** Types whose objects are read here. */
const KEPT: ReadonlySet<string> = new Set([
  ...ROLLOUT_TYPES,
  ...DELIVERY_TYPES,
  "statefulsets",
  "daemonsets",
  "namespaces",
]);

type Reading = { lists: SnapshotList[]; failures: { what: string; error: unknown }[] };

export function openSnapshot(open: () => Promise<KubernetesDoor>, scope: NamespaceScope, now: () => number): Snapshot {
  const known = new Map<string, Promise<Reading>>();
  let fallback: Promise<string[]> | null = null;

  async function one(request: ObjectListRequest, signal?: AbortSignal): Promise<Reading> {
    const { type } = request.resource;
    const what = request.namespace === null ? type : `${type} in ${request.namespace}`;
    try {
      let items: ApiObject[] = [];
      let restarted: Restarted[] = [];
      let writes: Write[] = [];
      const { kind, json, gap } = await readList(await open(), request, {
        signal,
        onPage(page, isFirst, whole) {
          if (KEPT.has(type)) items = isFirst ? [...page] : [...items, ...page];
          writes = [...(isFirst ? [] : writes), ...whole.flatMap((object) => writesOf(type, object))];
          if (type === "pods") restarted = latest([...(isFirst ? [] : restarted), ...restartedContainers(page)]);
        },
      });
      const list = { ...request, kind, json, items, restarted, writes, takenMs: now(), isComplete: gap === null };
      return { lists: [list], failures: gap === null ? [] : [{ what, error: cut(what, gap) }] };
    } catch (error) {
      if (!(error instanceof IncidentError) || error.code === "CONFIG" || isWrongLogin(error)) throw error;
      if (await isAbsent(await open(), request.resource, error, { signal })) return { lists: [], failures: [] };
      return { lists: [], failures: [{ what, error }] };
    }
  }

  /** The namespaces to read one by one: all that exist, else that of the context. */
  async function readable(signal?: AbortSignal): Promise<string[]> {
    const resource = ALL_RESOURCES.find(({ type }) => type === "namespaces");
    const { lists } = resource === undefined ? { lists: [] } : await one({ resource, namespace: null }, signal);
    const names = lists.flatMap(({ items }) => items.flatMap(({ metadata }) => nameIn(metadata) ?? []));
    return names.length > 0 ? names : [scope.own ?? "default"];
  }

  async function byNamespace(resource: Resource, names: readonly string[], signal?: AbortSignal): Promise<Reading> {
    const parts = await Promise.all(
      names.slice(0, MAX_NAMESPACES).map((namespace) => one({ resource, namespace }, signal)),
    );
    const left = names.length - MAX_NAMESPACES;
    const cutOff =
      left > 0 ? [{ what: resource.type, error: cut(resource.type, `${left} more namespaces were not read`) }] : [];
    return {
      lists: parts.flatMap(({ lists }) => lists),
      failures: [...parts.flatMap(({ failures }) => failures), ...cutOff],
    };
  }

  async function readType(resource: Resource, signal?: AbortSignal): Promise<Reading> {
    if (!resource.isNamespaced) return one({ resource, namespace: null }, signal);
    if (scope.namespaces.length > 0) return byNamespace(resource, scope.namespaces, signal);
    const whole = await one({ resource, namespace: null }, signal);
    if (!whole.failures.some(({ error }) => statusOf(error) === 403)) return whole;
    const parts = await byNamespace(resource, await (fallback ??= readable(signal)), signal);
    return parts.lists.length > 0 ? parts : whole;
  }

  return {
    async read(types, signal) {
      const resources = ALL_RESOURCES.filter(({ type }) => types.includes(type));
      const readings = await Promise.all(
        resources.map((resource) => {
          const reading = known.get(resource.type) ?? readType(resource, signal);
          if (SHARED.has(resource.type)) known.set(resource.type, reading);
          return reading.catch((error: unknown) => {
            known.delete(resource.type); // another node may have more patience
            throw error;
          });
        }),
      );
      const lists = readings.flatMap((reading) => reading.lists);
      const failures = readings.flatMap((reading) => reading.failures);
      const [first] = failures;
      if (lists.length === 0 && first !== undefined) throw first.error;
      return { lists, gaps: failures.map(({ what, error }) => gapOf(what, error)) };
    },
  };
}

/** Wrong credentials fail for every list. A missing permission (403) concerns one. */
const isWrongLogin = (error: IncidentError): boolean => error.code === "REJECTED" && statusOf(error) === 401;

const nameIn = (metadata: unknown): string | null =>
  typeof metadata === "object" && metadata !== null && "name" in metadata && typeof metadata.name === "string"
    ? metadata.name
    : null;

const cut = (what: string, why: string): IncidentError =>
  new IncidentError("BAD_RESPONSE", `${what}: ${why}`, {
    hint: "Name the namespaces to read.",
    cause: { isCut: true },
  });

function gapOf(what: string, error: unknown): AnswerGap {
  if (!(error instanceof IncidentError)) throw error;
  const { cause } = error;
  const isCut = typeof cause === "object" && cause !== null && "isCut" in cause;
  return isCut
    ? { kind: "capped", why: error.message }
    : { kind: "refused", why: `${what} could not be read: ${error.message}` };
}
