import { z } from "zod";
import type { QueryDoor } from "../backend.ts";
import { nextTokenIn, withoutManagedFields } from "./page-text.ts";
import type { ApiObject } from "./reduce.ts";
import { namesItsWriters, type ObjectListRequest, pathOf } from "./resources.ts";

/** Objects in each answer, as kubectl asks for. */
const PAGE = 500;

export const ListPage = z.object({
  kind: z
    .string()
    .regex(/^\w*List$/)
    .catch("List"),
  metadata: z.looseObject({ continue: z.string().optional(), remainingItemCount: z.number().optional() }).catch({}),
  items: z
    .array(z.custom<ApiObject>((item) => typeof item === "object" && item !== null && !Array.isArray(item)))
    .nullable()
    .transform((items) => items ?? []),
});
export type ListPage = z.infer<typeof ListPage>;

/** Queries with the credentials of the moment. */
export type KubernetesDoor = { http: QueryDoor; headers: () => Promise<Record<string, string>> };

/** The pages of one list. */
export type ListPages = {
  /**
   * Reads the page with this token; the first one without. While the page is parsed, the next one is under way if
   * `hasNext`. @throws {IncidentError} as `HttpDoor` does
   */
  read(token: string | undefined, hasNext: boolean): Promise<ListPage>;
  /** Gives up what is under way. */
  close(): void;
};

/** A page that was requested. `next`: the token of the page after it, as soon as it is known. */
type RequestedPage = { token: string | undefined; next: string | null; isNextWanted: boolean; page: Promise<ListPage> };

export function openPages(
  { http, headers }: KubernetesDoor,
  request: ObjectListRequest,
  signal: AbortSignal | undefined,
): ListPages {
  const closed = new AbortController();
  const ended = signal === undefined ? closed.signal : AbortSignal.any([signal, closed.signal]);
  let ahead: RequestedPage | null = null;

  function requested(token: string | undefined): RequestedPage {
    const one: RequestedPage = { token, next: null, isNextWanted: false, page: page() };
    const beforeParse = (body: Uint8Array): Uint8Array => {
      one.next = nextTokenIn(body);
      if (one.isNextWanted) goAhead(one);
      return namesItsWriters(request.resource) ? body : withoutManagedFields(body);
    };
    async function page(): Promise<ListPage> {
      const query = { limit: PAGE, continue: token };
      return http.json(
        { path: pathOf(request), query, headers: await headers(), signal: ended, beforeParse },
        ListPage,
      );
    }
    one.page.catch(() => undefined); // it fails where it is read; nobody may read it
    return one;
  }

  /** Requests the page after one that is being read: never more than one page ahead. */
  function goAhead({ token, next }: RequestedPage): void {
    if (next !== null && next !== token) ahead = requested(next);
  }

  return {
    read(token, hasNext) {
      const waiting: RequestedPage | null = ahead;
      const one = waiting !== null && waiting.token === token ? waiting : requested(token);
      ahead = null;
      one.isNextWanted = hasNext;
      if (hasNext) goAhead(one);
      return one.page;
    },
    close: () => closed.abort(),
  };
}
