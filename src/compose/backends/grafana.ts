import type { BackendSettings, GrafanaConfig } from "../../config.ts";
import {
  behind,
  type GrafanaDataSource,
  grafanaRefusal,
  listDataSources,
  proxyPath,
} from "../../connectors/grafana/data-sources.ts";
import { prometheusClient } from "../../connectors/prometheus/client.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { Telemetry, TelemetrySource } from "../../domain/ports.ts";
import type { TelemetrySignal } from "../../domain/query.ts";
import { openDataSource, productOf } from "./grafana-connectors.ts";
import { openBackendOf } from "./open-backend.ts";
import type { BackendDeps, LiveBackend } from "./types.ts";

/**
 * The rules that Grafana evaluates itself, in the form of Prometheus's API. Its 403 and 404 mean that there are none.
 */
const OWN_RULES = "/api/prometheus/grafana";

/**
 * Grafana's data sources, read through its proxy with its credentials for them. A data source whose server is
 * configured as a source of its own is not read a second time.
 *
 * @param others all configured backends.
 */
export function openGrafana(
  config: GrafanaConfig,
  deps: BackendDeps,
  others: readonly BackendSettings[] = [],
): LiveBackend {
  const { name, url, datasources } = config;
  const backend = openBackendOf(config, "Grafana", deps, { refusal: grafanaRefusal });
  return {
    async sources() {
      if (datasources?.length === 0) return []; // it only opens evidence
      const doorOf = backend.partsForAnalysis();
      try {
        const listed = await listDataSources(doorOf("its list of data sources"));
        const { wanted, missing } = chosen(listed, datasources);
        const rules = prometheusClient(behind(doorOf("its alert rules"), OWN_RULES));
        const sources = wanted
          .filter((source) => !isReadDirectly(source, others))
          .flatMap((source) =>
            openDataSource({
              http: behind(doorOf(source.name), proxyPath(source)),
              source,
              name: `${name}/${source.name}`,
              grafanaUrl: url,
              moreRules: (fetch) => rules.alertingRules(fetch),
            }),
          );
        const problem = missing ?? (wanted.length === 0 ? nothingToRead(listed) : null);
        return problem === null ? sources : [...sources, ...failing(name, problem)];
      } catch (error) {
        if (!(error instanceof IncidentError)) throw error;
        return failing(name, error);
      }
    },
    close: () => backend.close(),
  };
}

const isNamed = ({ uid, name }: GrafanaDataSource, given: string): boolean => given === uid || given === name;

/** The data sources that Causeway reads: those that the settings name, by uid or name, else all. */
function chosen(
  listed: readonly GrafanaDataSource[],
  named: readonly string[] | null,
): { wanted: GrafanaDataSource[]; missing: IncidentError | null } {
  const readable = listed.filter(({ type }) => productOf(type) !== null);
  if (named === null) return { wanted: readable, missing: null };
  const wanted = readable.filter((source) => named.some((given) => isNamed(source, given)));
  const unread = named.filter((given) => !wanted.some((source) => isNamed(source, given)));
  const [first] = unread;
  if (first === undefined) return { wanted, missing: null };
  const other = listed.find((source) => isNamed(source, first));
  const why =
    other === undefined
      ? `Grafana has no data source ${first} that its token may query`
      : `the data source ${first} of Grafana is of the type ${other.type.slice(0, 100)}, which Causeway does not read`;
  return { wanted, missing: new IncidentError("NOT_FOUND", why, { hint: `It has ${namesOf(readable)}.` }) };
}

const MAX_NAMED = 10;
function namesOf(all: readonly GrafanaDataSource[]): string {
  const names = all.slice(0, MAX_NAMED).map(({ name, type }) => `${name} (${productOf(type) ?? type})`);
  const more = all.length - names.length;
  return names.length === 0 ? "none that Causeway reads" : `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

const nothingToRead = (listed: readonly GrafanaDataSource[]): IncidentError =>
  new IncidentError("NOT_FOUND", "Grafana has no data source that Causeway can read and its token may query", {
    hint:
      listed.length === 0
        ? "Give the service account of the token the permission to query data sources (the role Viewer has it)."
        : `Its types are ${[...new Set(listed.map(({ type }) => type.slice(0, 60)))].slice(0, MAX_NAMED).join(", ")}.`,
  });

/** True if a configured source reads the same server: by the uid that it names, or by its address. */
function isReadDirectly({ uid, url }: GrafanaDataSource, others: readonly BackendSettings[]): boolean {
  return others.some(
    (other) =>
      ("grafanaUid" in other && other.grafanaUid === uid) ||
      ("url" in other && other.kind !== "grafana" && url !== null && sameAddress(other.url, url)),
  );
}

const placeOf = ({ host, pathname }: URL): string => `${host}${pathname.replace(/\/+$/, "")}`;

function sameAddress(a: string, b: string): boolean {
  const [one, two] = [URL.parse(a), URL.parse(b)];
  return one !== null && two !== null && placeOf(one) === placeOf(two);
}

/** Stands for the data sources of a Grafana that cannot be asked: the report then says why. */
const failing = (name: string, error: IncidentError): Telemetry => [
  failingSource("metric", name, error),
  failingSource("log", name, error),
  failingSource("trace", name, error),
];

function failingSource<S extends TelemetrySignal>(signal: S, name: string, error: IncidentError): TelemetrySource<S> {
  const refuse = (): Promise<never> => Promise.reject(error);
  const capabilities = { holds: "system" as const, filters: [], metadata: [] };
  return { name, signal, capabilities, query: refuse, metadata: refuse, check: refuse };
}
