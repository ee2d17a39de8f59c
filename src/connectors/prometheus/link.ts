import { isoTime, type TimeWindow } from "../../domain/time.ts";

/**
 * The page that shows a query: by the template of the configuration, else Prometheus's own graph. A template has
 * `{query}`, `{startMs}` and `{endMs}`.
 */
export function pageOf({ url, link }: { url: string; link: string | null }, query: string, range: TimeWindow): string {
  if (link !== null) {
    const values: Readonly<Record<string, string>> = {
      query,
      startMs: String(range.startMs),
      endMs: String(range.endMs),
    };
    return link.replaceAll(/\{(query|startMs|endMs)\}/g, (_, key: string) => encodeURIComponent(values[key] ?? ""));
  }
  const page = new URL(`${url.replace(/\/+$/, "")}/graph`);
  [page.username, page.password, page.search] = ["", "", ""];
  page.searchParams.set("g0.expr", query);
  page.searchParams.set("g0.tab", "0");
  page.searchParams.set("g0.end_input", isoTime(range.endMs).slice(0, 19).replace("T", " "));
  page.searchParams.set("g0.range_input", `${Math.max(1, Math.round((range.endMs - range.startMs) / 1_000))}s`);
  return page.href;
}
