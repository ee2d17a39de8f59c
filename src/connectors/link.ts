import type { TimeWindow } from "../domain/time.ts";

/**
 * Fills a template of a page: `{query}`, `{startMs}`, `{endMs}`, and `{queryJson}`, the query as it stands inside a JSON
 * string, for Grafana and Kibana.
 */
export function filledLink(template: string, query: string, { startMs, endMs }: TimeWindow): string {
  const values: Readonly<Record<string, string>> = {
    query,
    queryJson: JSON.stringify(query).slice(1, -1),
    startMs: String(startMs),
    endMs: String(endMs),
  };
  return template.replaceAll(/\{(query|queryJson|startMs|endMs)\}/g, (_, key: string) =>
    encodeURIComponent(values[key] ?? ""),
  );
}
