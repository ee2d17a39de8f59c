import { alertmanagerAlerts } from "../../connectors/alertmanager/alert-source.ts";
import type { QueryDoor } from "../../connectors/backend.ts";
import { USUAL_INDICES } from "../../connectors/elasticsearch/client.ts";
import { searchServer } from "../../connectors/elasticsearch/search-server.ts";
import { behind, type GrafanaDataSource } from "../../connectors/grafana/data-sources.ts";
import { exploreTemplates } from "../../connectors/grafana/explore.ts";
import { searchBehindGrafana } from "../../connectors/grafana/search-door.ts";
import { jaegerBackend, jaegerTopology } from "../../connectors/jaeger/backend.ts";
import { NO_PAGES, type PageTemplates, pageBase } from "../../connectors/link.ts";
import { logServerSource } from "../../connectors/logservers/log-server-source.ts";
import { lokiServer } from "../../connectors/loki/loki-server.ts";
import { prometheusMetrics, type PrometheusOptions } from "../../connectors/prometheus/metric-source.ts";
import { prometheusTopology } from "../../connectors/prometheus/topology-source.ts";
import { tempoBackend } from "../../connectors/tempo/backend.ts";
import { backendTraces } from "../../connectors/traces/trace-backend.ts";
import { victoriaLogsServer } from "../../connectors/victorialogs/victorialogs-server.ts";
import type { AnySource, Telemetry } from "../../domain/ports.ts";

/** Of one answer with logs. */
const MAX_RECORDS = 300_000;

/** A data source to open. `http`: leads to its server. `moreRules`: the alert rules that Grafana itself evaluates. */
export type GrafanaPart = {
  http: QueryDoor;
  source: GrafanaDataSource;
  name: string;
  grafanaUrl: string;
  moreRules: NonNullable<PrometheusOptions["moreRules"]>;
};
type Place = { name: string; url: string; tenant: null; labels: []; pages: PageTemplates };
/** `kind`: how Explore states its queries. */
type Connector = { product: string; kind: string; open: (part: GrafanaPart, place: Place) => Telemetry };

const prometheus: Connector = {
  product: "Prometheus",
  kind: "prometheus",
  open: ({ http, moreRules }, place) => [
    prometheusMetrics(http, { ...place, moreRules }),
    prometheusTopology(http, place),
  ],
};
const search = (product: string, kind: string, through: (http: QueryDoor) => QueryDoor): Connector => ({
  product,
  kind,
  open: ({ http, source }, place) => {
    const index = indexOf(source.index);
    const server = searchServer(through(http), { index, configured: place.labels, language: "Lucene" });
    return [logServerSource(server, { ...place, maxRecords: MAX_RECORDS })];
  },
});

/** The connector behind each type of data source. A new one is a line here. */
const CONNECTORS: Readonly<Record<string, Connector>> = {
  prometheus,
  "victoriametrics-metrics-datasource": { ...prometheus, product: "VictoriaMetrics" },
  loki: {
    product: "Loki",
    kind: "loki",
    open: ({ http }, place) => [logServerSource(lokiServer(http, place.labels), { ...place, maxRecords: MAX_RECORDS })],
  },
  "victoriametrics-logs-datasource": {
    product: "VictoriaLogs",
    kind: "victorialogs",
    open: ({ http }, place) => [
      logServerSource(victoriaLogsServer(http, place.labels), { ...place, maxRecords: MAX_RECORDS }),
    ],
  },
  elasticsearch: search("Elasticsearch", "elasticsearch", searchBehindGrafana),
  "grafana-opensearch-datasource": search("OpenSearch", "opensearch", (http) => http),
  tempo: { product: "Tempo", kind: "tempo", open: ({ http }, place) => [backendTraces(tempoBackend(http, place))] },
  jaeger: {
    product: "Jaeger",
    kind: "jaeger",
    open: ({ http }, place) => [backendTraces(jaegerBackend(http, place)), jaegerTopology(http, place)],
  },
  alertmanager: {
    product: "Alertmanager",
    kind: "alertmanager",
    open: ({ http, source: { name, implementation }, grafanaUrl }, place) => {
      // Mimir and Cortex have it one path deeper
      const isDeeper = implementation === "mimir" || implementation === "cortex";
      const own = `${pageBase(grafanaUrl)}/alerting/groups?dataSource=${encodeURIComponent(name)}&queryString={query}`;
      const pages = { ...NO_PAGES, query: own };
      return [alertmanagerAlerts(isDeeper ? behind(http, "/alertmanager") : http, { ...place, pages, filters: [] })];
    },
  },
};

/** The product behind a type of data source; null if Causeway does not read it. */
export const productOf = (type: string): string | null =>
  (Object.hasOwn(CONNECTORS, type) ? CONNECTORS[type]?.product : undefined) ?? null;

/** The sources of one data source. Its checks name the product, and that Grafana is in between. */
export function openDataSource(part: GrafanaPart): Telemetry {
  const { source, name, grafanaUrl: url } = part;
  const connector = CONNECTORS[source.type];
  if (connector === undefined) return [];
  const { kind, product } = connector;
  const pages = exploreTemplates(url, { uid: source.uid, kind, type: source.type });
  const opened = connector.open(part, { name, url, tenant: null, labels: [], pages });
  return opened.map((one) => namingProduct(one, `${product} behind Grafana`));
}

function namingProduct<S extends AnySource>(source: S, product: string): S {
  const { check } = source;
  if (check === undefined) return source;
  return {
    ...source,
    async check(options) {
      const health = await check(options);
      return { ...health, sample: health.sample === null ? product : `${product}: ${health.sample}` };
    },
  };
}

/** `[logstash-]YYYY.MM.DD` is Grafana's notation of an index for each day. */
function indexOf(index: string | null): string {
  const pattern = /^\[([^\]]*)\]/.exec(index ?? "")?.[1];
  const named = pattern === undefined ? (index ?? "") : `${pattern}*`;
  return /^[\w.*,:-]+$/.test(named) ? named : USUAL_INDICES;
}
