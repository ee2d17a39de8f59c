import { type FoundIncidents, INCIDENT_GROUPS, type IncidentGroup } from "../../domain/incident-search.ts";

export const PAGE_SIZE = 50;
/** Longest search that is looked at. */
const MAX_SEARCH = 200;

/** What the address of the list asks for. `page`: from 1. */
export type IncidentListRequest = { search: string; group: IncidentGroup | null; page: number };

/** Reads the query of the address; what is not valid counts as absent. */
export function readListRequest(query: Readonly<Record<string, string | undefined>>): IncidentListRequest {
  const page = Number(query.page ?? "1");
  return {
    search: (query.q ?? "").slice(0, MAX_SEARCH).trim(),
    group: INCIDENT_GROUPS.find((group) => group === query.show) ?? null,
    page: Number.isInteger(page) && page >= 1 && page <= 100_000 ? page : 1,
  };
}

/** The address of a page of the list. */
export function listAddress({ search, group, page }: IncidentListRequest): string {
  const query = new URLSearchParams({
    ...(search === "" ? {} : { q: search }),
    ...(group === null ? {} : { show: group }),
    ...(page === 1 ? {} : { page: String(page) }),
  }).toString();
  return query === "" ? "/" : `/?${query}`;
}

export type IncidentListView = IncidentListRequest & FoundIncidents & { nowMs: number };

/** "51 to 100 of 2,000". */
export function rangeText({ page, items, count }: Pick<IncidentListView, "page" | "items" | "count">): string {
  const first = (page - 1) * PAGE_SIZE + 1;
  const last = first + items.length - 1;
  const total = count.toLocaleString("en");
  return items.length === count ? total : `${first.toLocaleString("en")} to ${last.toLocaleString("en")} of ${total}`;
}

export const lastPage = ({ count }: Pick<IncidentListView, "count">): number =>
  Math.max(1, Math.ceil(count / PAGE_SIZE));
