import { filledLink } from "../link.ts";
import { isoTime, type TimeWindow } from "../../domain/time.ts";

/**
 * The page that shows a query: by the template of the configuration, else Prometheus's own graph.
 */
export function pageOf({ url, link }: { url: string; link: string | null }, query: string, range: TimeWindow): string {
  if (link !== null) return filledLink(link, query, range);
  const page = new URL(url);
  page.pathname = `${page.pathname.replace(/\/+$/, "")}/graph`;
  [page.username, page.password, page.search] = ["", "", ""];
  page.searchParams.set("g0.expr", query);
  page.searchParams.set("g0.tab", "0");
  page.searchParams.set("g0.end_input", isoTime(range.endMs).slice(0, 19).replace("T", " "));
  page.searchParams.set("g0.range_input", `${Math.max(1, Math.round((range.endMs - range.startMs) / 1_000))}s`);
  return page.href;
}
