import { NO_PAGES, type PageTemplates, pageBase } from "../link.ts";

/** How Explore states a query, and what finds one trace, by the kind of source. */
type ExploreModel = { type: string; query: object; trace?: object };

const SEARCH = { query: "{queryJson}", metrics: [{ id: "1", type: "logs" }] };
const MODELS: Readonly<Record<string, ExploreModel>> = {
  prometheus: { type: "prometheus", query: { expr: "{queryJson}", range: true } },
  loki: { type: "loki", query: { expr: "{queryJson}", queryType: "range" } },
  victorialogs: { type: "victoriametrics-logs-datasource", query: { expr: "{queryJson}" } },
  elasticsearch: { type: "elasticsearch", query: SEARCH },
  opensearch: { type: "grafana-opensearch-datasource", query: { ...SEARCH, queryType: "lucene" } },
  tempo: {
    type: "tempo",
    query: { queryType: "traceql", query: "{queryJson}" },
    trace: { queryType: "traceql", query: "{trace_id}" },
  },
  jaeger: {
    type: "jaeger",
    query: { queryType: "search", service: "{serviceJson}" },
    trace: { query: "{trace_id}" },
  },
};

/**
 * Pages of Grafana's Explore that show a query or a trace of a data source.
 *
 * @param kind of the source, such as `loki`. A kind that Explore cannot show has no pages. `type`: of the plugin, unless it is
 *   the usual one.
 * @see https://grafana.com/docs/grafana/latest/explore/get-started-with-explore/, "Share Explore URLs": `panes`
 */
export function exploreTemplates(
  grafanaUrl: string,
  { uid, kind, type }: { uid: string; kind: string; type?: string },
): PageTemplates {
  const model = Object.hasOwn(MODELS, kind) ? MODELS[kind] : undefined;
  if (model === undefined) return NO_PAGES;
  const page = (query: object): string => {
    const datasource = { type: type ?? model.type, uid };
    const pane = {
      datasource: uid,
      queries: [{ refId: "A", datasource, ...query }],
      range: { from: "{from}", to: "{to}" },
    };
    const panes = encodeURIComponent(JSON.stringify({ causeway: pane }));
    // the placeholders are filled later
    return `${pageBase(grafanaUrl)}/explore?schemaVersion=1&panes=${panes.replaceAll(/%7B([a-z_]+(?:Json)?)%7D/g, "{$1}")}`;
  };
  return { query: page(model.query), trace: model.trace === undefined ? null : page(model.trace) };
}
