import type { GrafanaConfig } from "../../config.ts";
import { behind, type GrafanaDataSource, listDataSources, proxyPath } from "../../connectors/grafana/data-sources.ts";
import { exploreTemplates } from "../../connectors/grafana/explore.ts";
import type { PageTemplates } from "../../connectors/link.ts";
import type { QueryDoor } from "../../connectors/backend.ts";
import { logServerSource } from "../../connectors/logservers/log-server-source.ts";
import { lokiServer } from "../../connectors/loki/loki-server.ts";
import { prometheusMetrics } from "../../connectors/prometheus/metric-source.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { Telemetry, TelemetrySource } from "../../domain/ports.ts";
import type { TelemetrySignal } from "../../domain/query.ts";
import type { BackendDeps, LiveBackend } from "./types.ts";
import { openBackendOf } from "./open-backend.ts";

/** Of one answer with logs. */
const MAX_RECORDS = 300_000;
type Place = { name: string; url: string; tenant: null; labels: []; pages: PageTemplates };

/** The connector behind each type of data source. A new one is a line here. */
const CONNECTORS: Readonly<Record<string, (http: QueryDoor, place: Place) => Telemetry>> = {
  prometheus: (http, place) => [prometheusMetrics(http, place)],
  loki: (http, place) => [logServerSource(lokiServer(http, place.labels), { ...place, maxRecords: MAX_RECORDS })],
};

/** Grafana's data sources, read through its proxy with its credentials for them. */
export function openGrafana(config: GrafanaConfig, deps: BackendDeps): LiveBackend {
  const backend = openBackendOf(config, "Grafana", deps);
  return {
    async sources() {
      const http = backend.forAnalysis();
      try {
        const wanted = (await listDataSources(http)).filter(({ uid, name, type }) => {
          const isNamed = config.datasources?.some((given) => given === uid || given === name) ?? true;
          return isNamed && Object.hasOwn(CONNECTORS, type);
        });
        return wanted.flatMap(
          (one) => CONNECTORS[one.type]?.(behind(http, proxyPath(one)), placeOf(config, one)) ?? [],
        );
      } catch (error) {
        if (!(error instanceof IncidentError)) throw error;
        return [failing("metric", config.name, error), failing("log", config.name, error)];
      }
    },
    close: () => backend.close(),
  };
}

function placeOf({ name, url }: GrafanaConfig, { uid, name: source, type }: GrafanaDataSource): Place {
  const pages = exploreTemplates(url, { uid, kind: type });
  return { name: `${name}/${source}`, url, tenant: null, labels: [], pages };
}

/** Stands for the data sources of a Grafana that cannot be asked: the report then says why. */
function failing<S extends TelemetrySignal>(signal: S, name: string, error: IncidentError): TelemetrySource<S> {
  const refuse = (): Promise<never> => Promise.reject(error);
  const capabilities = { holds: "system" as const, filters: [], metadata: [] };
  return { name, signal, capabilities, query: refuse, metadata: refuse, check: refuse };
}
