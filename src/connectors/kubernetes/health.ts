import { IncidentError } from "../../domain/errors.ts";
import type { SourceHealth } from "../../domain/ports.ts";
import { countObjects, type KubernetesDoor, statusOf } from "./list.ts";
import { type ListRequest, RESOURCES } from "./resources.ts";
import type { Scope } from "./snapshot.ts";

/** Asks for one object of each type: shows which may be read. @throws {IncidentError} if none may. */
export async function checkHealth(door: KubernetesDoor, scope: Scope, signal?: AbortSignal): Promise<SourceHealth> {
  const [first] = scope.namespaces;
  const requests = RESOURCES.map((resource): ListRequest => ({
    resource,
    namespace: resource.isNamespaced ? (first ?? null) : null,
  }));
  const results = await Promise.all(
    requests.map(async (request) => {
      const { type, isOptional } = request.resource;
      try {
        return { type, count: (await countObjects(door, request, { signal })).count, error: null };
      } catch (error) {
        if (!(error instanceof IncidentError)) throw error;
        return isOptional && statusOf(error) === 404 ? null : { type, count: 0, error };
      }
    }),
  );
  const asked = results.filter((result) => result !== null);
  const failed = asked.filter(({ error }) => error !== null);
  if (failed.length === asked.length && failed[0]?.error) throw failed[0].error;
  const counts = asked.filter(({ count }) => count > 0).map(({ type, count }) => `${count} ${type}`);
  const where = first === undefined ? "all namespaces" : `namespace ${first}`;
  const forbidden = failed.filter(({ error }) => statusOf(error) === 403).map(({ type }) => type);
  const other = failed.filter(({ error }) => statusOf(error) !== 403);
  return {
    hasData: counts.length > 0,
    sample: counts.length === 0 ? null : `${counts.slice(0, 4).join(", ")} in ${where}`,
    newestMs: null,
    clockSkewMs: null,
    tenant: null,
    advice: [
      ...(forbidden.length === 0
        ? []
        : [
            `It may not list ${forbidden.join(", ")} in ${where}: give it the permissions of docs/live.md, ` +
              "or name the namespaces that it may read",
          ]),
      ...other.map(({ type, error }) => `${type}: ${error?.message ?? ""}`),
    ],
  };
}
