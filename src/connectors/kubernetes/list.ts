import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { RefusedAnswer } from "../http/failures.ts";
import { type KubernetesDoor, ListPage, openPages } from "./list-pages.ts";
import { type ApiObject, reduced } from "./reduce.ts";
import { type ObjectListRequest, pathOf, type Resource } from "./resources.ts";

/** A list that expires while it is read is begun again this often. */
const MAX_RESTARTS = 2;
/** Objects of one list that are kept. */
export const MAX_OBJECTS = 50_000;

type Options = { signal?: AbortSignal | undefined };

/**
 * A list that was read. `kind`: such as `PodList`; its objects have no kind of their own. `json`: its objects,
 * separated by commas: as text, a large list takes a fraction of the memory. `gap`: why it is not complete; null if it
 * is.
 */
export type ReadList = { kind: string; json: string; count: number; gap: string | null };
/**
 * `onPage`: called with the objects of each page, and again from the start (`isFirst`) if the list begins again.
 * `whole`: the same objects as the server sent them.
 */
type ListOptions = Options & {
  onPage?: (items: readonly ApiObject[], isFirst: boolean, whole: readonly ApiObject[]) => void;
};

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
 * Reads a list page by page. The next page is under way while one is parsed. A list that expires while it is read (410)
 * begins again; it ends with a gap if that happens too often, or if the list is too long.
 *
 * @throws {IncidentError} as `HttpDoor` does; NOT_FOUND if the cluster does not have this type.
 */
export async function readList(
  door: KubernetesDoor,
  request: ObjectListRequest,
  { signal, onPage }: ListOptions = {},
): Promise<ReadList> {
  for (let restarts = 0; ; restarts += 1) {
    const texts: string[] = [];
    let [count, kind] = [0, "List"];
    const read = (gap: string | null): ReadList => ({ kind, json: texts.join(","), count, gap });
    const pages = openPages(door, request, signal);
    try {
      let token: string | undefined;
      do {
        const { items, metadata, ...envelope } = await pages.read(token, count < MAX_OBJECTS);
        ({ kind } = envelope);
        const whole = items.slice(0, MAX_OBJECTS - count);
        const kept = whole.map((item) => reduced(request.resource.type, item));
        onPage?.(kept, token === undefined, whole);
        if (kept.length > 0) texts.push(JSON.stringify(kept).slice(1, -1));
        count += kept.length;
        const isSame = token !== undefined && token === metadata.continue;
        token = metadata.continue === "" ? undefined : metadata.continue;
        if (token !== undefined && isSame) return read("its pages repeat");
        if (token !== undefined && (count >= MAX_OBJECTS || items.length === 0))
          return read(`more than ${count} objects`);
      } while (token !== undefined);
      return read(null);
    } catch (error) {
      if (statusOf(error) !== 410) throw error;
      if (restarts >= MAX_RESTARTS) return read(`the list expired ${restarts + 1} times while it was read`);
    } finally {
      pages.close();
    }
  }
}

/**
 * True if the cluster does not have this type. For a type that does not exist, a user without permission is refused as
 * for one that does: discovery, which everybody may read, tells them apart.
 */
export async function isAbsent(
  { http, headers }: KubernetesDoor,
  resource: Resource,
  error: unknown,
  { signal }: Options = {},
) {
  if (!resource.isOptional) return false;
  if (statusOf(error) !== 403) return statusOf(error) === 404;
  try {
    await http.json({ path: resource.group, headers: await headers(), signal }, z.looseObject({}));
    return false;
  } catch (failure) {
    if (failure instanceof IncidentError) return statusOf(failure) === 404;
    throw failure;
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
    ListPage,
  );
  return { count: items.length + (metadata.remainingItemCount ?? 0), first: items[0] ?? null };
}
