import { IncidentError } from "../../domain/errors.ts";
import type { SourceHealth } from "../../domain/ports.ts";
import { countObjects, isAbsent, statusOf } from "./list.ts";
import type { KubernetesDoor } from "./list-pages.ts";
import { ALL_RESOURCES, type ObjectListRequest } from "./resources.ts";
import type { NamespaceScope } from "./snapshot.ts";

/** Asks for one object of each type: shows which may be read. @throws {IncidentError} if none may. */
export async function checkHealth(
  door: KubernetesDoor,
  scope: NamespaceScope,
  signal?: AbortSignal,
): Promise<SourceHealth> {
  const [first] = scope.namespaces;
  const requests = ALL_RESOURCES.map((resource): ObjectListRequest => ({
    resource,
    namespace: resource.isNamespaced ? (first ?? null) : null,
  }));
  const answers = await Promise.all(
    requests.map(async (request) => {
      const { type } = request.resource;
      try {
        return { type, count: (await countObjects(door, request, { signal })).count, error: null };
      } catch (error) {
        if (!(error instanceof IncidentError)) throw error;
        return (await isAbsent(door, request.resource, error, { signal })) ? null : { type, count: 0, error };
      }
    }),
  );
  const results = answers.filter((result) => result !== null);
  const failed = results.filter(({ error }) => error !== null);
  if (failed.length === results.length && failed[0]?.error) throw failed[0].error;
  const counts = results.filter(({ count }) => count > 0).map(({ type, count }) => `${count} ${type}`);
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
