import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { QueryDoor } from "../backend.ts";
import type { RefusedAnswer } from "../http/failures.ts";
import { type ApiObject, reduced } from "./reduce.ts";
import { type ObjectListRequest, pathOf } from "./resources.ts";

/** Objects in each answer, as kubectl asks for. */
const PAGE = 500;
/** A list that expires while it is read is begun again this often. */
const MAX_RESTARTS = 2;
/** Objects of one list that are kept. */
export const MAX_OBJECTS = 50_000;

const Page = z.object({
  metadata: z.looseObject({ continue: z.string().optional(), remainingItemCount: z.number().optional() }).catch({}),
  items: z
    .array(z.custom<ApiObject>((item) => typeof item === "object" && item !== null && !Array.isArray(item)))
    .nullable()
    .transform((items) => items ?? []),
});

/** Queries with the credentials of the moment. */
export type KubernetesDoor = { http: QueryDoor; headers: () => Promise<Record<string, string>> };
type Options = { signal?: AbortSignal | undefined };

/** A list that was read. `gap`: why it is not complete; null if it is. */
export type ReadList = { items: ApiObject[]; gap: string | null };

/** Gives the status of a refusal, so that a missing permission differs from wrong credentials. */
export const kubernetesRefusal = ({ status, excerpt }: RefusedAnswer, place: string): IncidentError | null => {
  if (status === 401)
    return new IncidentError("REJECTED", `Kubernetes refused the credentials for ${place}: ${messageIn(excerpt)}`, {
      hint: "Check the user of the context in KUBECONFIG, or the service account: kubectl auth whoami shows it.",
      cause: { status },
    });
  if (status === 403)
    return new IncidentError("REJECTED", `Kubernetes forbids ${place}: ${messageIn(excerpt)}`, {
      hint: "Give its user the permissions of docs/live.md (Kubernetes), or name the namespaces that it may read.",
      cause: { status },
    });
  if (status === 410)
    return new IncidentError("BAD_RESPONSE", `Kubernetes no longer has the rest of the list at ${place}`, {
      hint: "Try again.",
      cause: { status },
    });
  return null;
};

/** Kubernetes refuses with a `Status` object, whose message is for people. */
const messageIn = (excerpt: string): string =>
  /"message":\s*"((?:[^"\\]|\\.)*)/.exec(excerpt)?.[1]?.replaceAll('\\"', '"') ?? excerpt;

/** The HTTP status of a refusal; null for any other error. */
export function statusOf(error: unknown): number | null {
  if (!(error instanceof IncidentError)) return null;
  if (error.code === "NOT_FOUND") return 404;
  const { cause } = error;
  return typeof cause === "object" && cause !== null && "status" in cause && typeof cause.status === "number"
    ? cause.status
    : null;
}

/**
 * Reads a list page by page. A list that expires while it is read (410) begins again; it ends with a gap if that
 * happens too often, or if the list is too long.
 *
 * @throws {IncidentError} as `HttpDoor` does; NOT_FOUND if the cluster does not have this type.
 */
export async function readList(
  { http, headers }: KubernetesDoor,
  request: ObjectListRequest,
  { signal }: Options = {},
): Promise<ReadList> {
  const page = async (token: string | undefined, limit: number): Promise<z.infer<typeof Page>> =>
    http.json({ path: pathOf(request), query: { limit, continue: token }, headers: await headers(), signal }, Page);
  for (let restarts = 0; ; restarts += 1) {
    const items: ApiObject[] = [];
    try {
      let token: string | undefined;
      do {
        const { items: more, metadata } = await page(token, PAGE);
        for (const item of more) items.push(reduced(request.resource.type, item));
        const isSame = token !== undefined && token === metadata.continue;
        token = metadata.continue === "" ? undefined : metadata.continue;
        if (token !== undefined && (items.length >= MAX_OBJECTS || isSame || more.length === 0))
          return {
            items: items.slice(0, MAX_OBJECTS),
            gap: isSame ? "its pages repeat" : `more than ${items.length} objects`,
          };
      } while (token !== undefined);
      return { items, gap: null };
    } catch (error) {
      if (statusOf(error) !== 410) throw error;
      if (restarts >= MAX_RESTARTS) return { items, gap: `the list expired ${restarts + 1} times while it was read` };
    }
  }
}

/** The number of objects in a list, without reading it. @throws as `readList` */
export async function countObjects(
  { http, headers }: KubernetesDoor,
  request: ObjectListRequest,
  { signal }: Options = {},
): Promise<{ count: number; first: ApiObject | null }> {
  const { items, metadata } = await http.json(
    { path: pathOf(request), query: { limit: 1 }, headers: await headers(), signal },
    Page,
  );
  return { count: items.length + (metadata.remainingItemCount ?? 0), first: items[0] ?? null };
}
