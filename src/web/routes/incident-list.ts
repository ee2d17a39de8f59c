import { incidentListPage, listPart } from "../incident-list/list-page.ts";
import { lastPage, listAddress, PAGE_SIZE, readListRequest } from "../incident-list/list-view.ts";
import type { Pages } from "../pages.ts";

/** The list of incidents: the first page that people see. */
export function addIncidentListRoutes({ app, service, open, send, sendPart }: Pages): void {
  app.get("/", async (c) => {
    const context = await open(c, "read");
    const request = readListRequest(c.req.query());
    const found = await service.searchIncidents({
      text: request.search === "" ? null : request.search,
      group: request.group,
      limit: PAGE_SIZE,
      offset: (request.page - 1) * PAGE_SIZE,
    });
    // behind the last page, as after a narrower search
    if (found.items.length === 0 && request.page > 1)
      return c.redirect(listAddress({ ...request, page: lastPage(found) }));
    const view = { ...request, ...found, nowMs: context.nowMs };
    // a search while typing replaces the list only
    if (c.req.header("hx-request") !== undefined) return sendPart(c, listPart(view));
    return send(c, context, incidentListPage(view));
  });
}
