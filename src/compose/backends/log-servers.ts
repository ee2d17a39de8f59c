import type { LogServerConfig } from "../../config.ts";
import type { QueryDoor } from "../../connectors/backend.ts";
import { searchServer } from "../../connectors/elasticsearch/search-server.ts";
import { journalServer } from "../../connectors/journald/journal-server.ts";
import { logServerSource } from "../../connectors/logservers/log-server-source.ts";
import { discoverPage, vmuiPage } from "../../connectors/logservers/pages.ts";
import { lokiServer } from "../../connectors/loki/loki-server.ts";
import { victoriaLogsServer } from "../../connectors/victorialogs/victorialogs-server.ts";
import type { TelemetrySource } from "../../domain/ports.ts";
import { openBackendOf } from "./open-backend.ts";
import type { BackendDeps, LiveBackend } from "./types.ts";

const PRODUCTS: Readonly<Record<LogServerConfig["kind"], string>> = {
  loki: "Loki",
  victorialogs: "VictoriaLogs",
  elasticsearch: "Elasticsearch",
  opensearch: "OpenSearch",
  journald: "systemd-journal-gatewayd",
};

/** Logs of a server. */
export function openLogServer(config: LogServerConfig, deps: BackendDeps): LiveBackend {
  const backend = openBackendOf(config, PRODUCTS[config.kind], deps);
  return { sources: () => [sourceOf(config, backend.forAnalysis())], close: () => backend.close() };
}

function sourceOf(config: LogServerConfig, http: QueryDoor): TelemetrySource<"log"> {
  switch (config.kind) {
    case "loki":
      return logServerSource(lokiServer(http, config.labels), config);
    case "victorialogs":
      return logServerSource(victoriaLogsServer(http, config.labels), { ...config, ownPage: vmuiPage(config.url) });
    case "journald":
      return logServerSource(journalServer(http, config), config);
    case "elasticsearch":
    case "opensearch": {
      const { index, labels: configured, discover, grafanaUid } = config;
      const language = grafanaUid === null ? "KQL" : "Lucene"; // Explore reads Lucene's queries only
      const ownPage = discover === null ? null : discoverPage(discover);
      return logServerSource(searchServer(http, { index, configured, language }), { ...config, ownPage });
    }
  }
}
