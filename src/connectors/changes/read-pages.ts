import type { z } from "zod";
import { z as zod } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { QueryDoor } from "../backend.ts";
import type { HttpAnswer, HttpRequest } from "../http/types.ts";
import type { ApiState } from "./api-state.ts";

/** Entries of one page; the most that GitHub and GitLab give. */
export const PAGE = 100;
const MAX_PAGES = 5;
/** A page with more entries was not asked for. */
const MAX_ENTRIES = 1_000;

/** `headers`: of the vendor, with every request. */
export type ChangeApi = { http: QueryDoor; state: ApiState; headers: Readonly<Record<string, string>> };
export type ApiRequest = { path: string; query: NonNullable<HttpRequest["query"]>; signal?: AbortSignal | undefined };

/** `gap`: why the list is not complete; null if it is. */
export type PagedList<T> = { items: T[]; gap: string | null };
/** `isEnough`: true after a page behind which nothing is wanted. */
type PageOptions<T> = { isEnough?: (page: readonly T[]) => boolean; maxPages?: number };

/**
 * Reads a list by the links in the headers of its pages. Entries that do not fit are left out, which the gap says.
 *
 * @throws {IncidentError} as `HttpDoor` does; BAD_RESPONSE if no entry of a page fits, BUSY if the rate limit is used.
 * @see https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export async function readPages<T>(
  { http, state, headers: sent }: ChangeApi,
  { path, query, signal }: ApiRequest,
  entry: z.ZodType<T>,
  { isEnough = () => false, maxPages = MAX_PAGES }: PageOptions<T> = {},
): Promise<PagedList<T>> {
  const items: T[] = [];
  const seen = new Set<string>();
  let misfits = 0;
  let parameters: NonNullable<HttpRequest["query"]> = { per_page: PAGE, ...query };
  const ended = (gap: string | null): PagedList<T> => ({ items, gap: withMisfits(gap, misfits) });
  for (let pages = 1; ; pages += 1) {
    state.checkLimit();
    seen.add(JSON.stringify(parameters));
    const { data, headers } = await http.jsonPage({ path, query: parameters, headers: sent, signal }, Entries);
    state.note(headers);
    const page = data.flatMap((one) => {
      const parsed = entry.safeParse(one);
      return parsed.success ? [parsed.data] : [];
    });
    if (page.length === 0 && data.length > 0) throw misfit(path);
    items.push(...page);
    misfits += data.length - page.length;
    const next = nextParameters(headers);
    if (next === null || data.length === 0 || isEnough(page)) return ended(null);
    parameters = { ...parameters, ...next };
    if (seen.has(JSON.stringify(parameters))) return ended("its pages repeat");
    if (pages >= maxPages) return ended(`${maxPages} pages of ${PAGE} were read, and there are more`);
  }
}

const Entries = zod.array(zod.unknown()).max(MAX_ENTRIES);

const withMisfits = (gap: string | null, count: number): string | null =>
  count === 0
    ? gap
    : [gap, `${count} entries do not have the expected form`].filter((part) => part !== null).join("; ");

const misfit = (path: string): IncidentError =>
  new IncidentError("BAD_RESPONSE", `the server sent an unexpected body for ${path}: no entry has the expected form`, {
    hint: "Check that the address is that of the API, not of another server.",
  });

const NEXT = /<([^<>]{1,4000})>\s*;[^,<]*\brel="?next"?/;

/**
 * The parameters of the next page; null if there is none. Only the parameters of the link are used, never its host or
 * path: a server cannot send the credentials elsewhere.
 */
export function nextParameters(headers: HttpAnswer["headers"]): Record<string, string> | null {
  const link = NEXT.exec(headers.link ?? "")?.[1];
  const address = link === undefined ? null : URL.parse(link, "http://server");
  if (address !== null) return Object.fromEntries(address.searchParams);
  const page = headers["x-next-page"];
  return page === undefined || page === "" ? null : { page };
}
