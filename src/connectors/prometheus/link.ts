import { isoTime, type TimeWindow } from "../../domain/time.ts";
import { type PageTemplates, pageBase, queryPage } from "../link.ts";

export type GraphPages = { url: string; pages: PageTemplates };

/** The page that shows a query: by the template of the configuration, else Prometheus's own graph. */
export function pageOf(
  { url, pages }: GraphPages,
  { text, range, service = "" }: { text: string; range: TimeWindow; service?: string | undefined },
): string | null {
  const end = encodeURIComponent(isoTime(range.endMs).slice(0, 19).replace("T", " "));
  const own = `${pageBase(url)}/graph?g0.expr={query}&g0.tab=0&g0.end_input=${end}&g0.range_input={seconds}s`;
  return queryPage(pages, own, { query: text, range, service });
}
