import { IncidentError } from "../domain/errors.ts";
import type { IncidentStore } from "../domain/ports.ts";
import type { KnownIncident, Page } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { fromCursor, toCursor } from "./cursors.ts";

const MAX_PAGE = 200;

/** `limit`: 1 to 200. `cursor`: the `nextCursor` of the page before; null for the first. */
export type PageRequest = { limit: number; cursor: string | null };

type Listed = Awaited<ReturnType<IncidentStore["listIncidents"]>>[number];

/** An incident of a data folder in the form of those that the service stores. */
export const asKnown = ({ id, title, system, alarmAtMs }: Omit<Listed, "notInvestigated">): KnownIncident => ({
  id,
  title,
  system,
  alarmAtMs,
  origin: "recorded",
  status: "open",
  severity: null,
  openedAtMs: null,
  closedAtMs: null,
  mergedInto: null,
  notInvestigated: null,
});

/** Lists the incidents of the store first, then those of the data folders whose id the store does not have. */
export async function listPage(
  service: Pick<ServiceStore, "listIncidents" | "findIncident">,
  recorded: IncidentStore,
  { limit, cursor }: PageRequest,
): Promise<Page<KnownIncident>> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE)
    throw new IncidentError("BAD_INPUT", `a page cannot hold ${limit} incidents`, {
      hint: `Give a limit from 1 to ${MAX_PAGE}, or leave it out.`,
    });
  const from = cursor === null ? null : fromCursor(cursor);
  const items: KnownIncident[] = [];
  if (from === null || from[0] === "stored") {
    const after = from === null ? null : { openedAtMs: from[1], id: from[2] };
    const stored = await service.listIncidents({ limit: limit + 1, after });
    items.push(...stored.slice(0, limit));
    const last = items.at(-1);
    if (stored.length > limit && last)
      return { items, nextCursor: toCursor(["stored", last.openedAtMs ?? 0, last.id]) };
  }
  const afterId = from?.[0] === "recorded" ? from[1] : "";
  for (const listed of await recorded.listIncidents()) {
    if (listed.id <= afterId || (await service.findIncident(listed.id)) !== null) continue;
    if (items.length === limit) {
      const lastRecorded = items.findLast(({ origin }) => origin === "recorded");
      return { items, nextCursor: toCursor(["recorded", lastRecorded?.id ?? afterId]) };
    }
    items.push(asKnown(listed));
  }
  return { items, nextCursor: null };
}
