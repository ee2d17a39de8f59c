import type { BackendSettings, Config, SourcesConfig } from "../config.ts";
import { type ServiceOf, serviceNames } from "../connectors/changes/parts.ts";
import { topologyAt } from "../connectors/files/documents.ts";
import { otlpFileSources } from "../connectors/files/otlp-globs.ts";
import { otlpSources } from "../connectors/otlp/sources.ts";
import type { TopologyOf } from "../connectors/otlp/topology-source.ts";
import { spanForest } from "../traces/forest.ts";
import { topologyOfSpans } from "../traces/topology.ts";
import type { OtlpStore } from "../domain/otlp.ts";
import type { Telemetry } from "../domain/ports.ts";
import { openAlertmanager } from "./backends/alertmanager.ts";
import { serviceNamesIn } from "./change-doors.ts";
import { openChangeServer } from "./backends/change-servers.ts";
import { openGrafana } from "./backends/grafana.ts";
import { openLogFiles } from "./backends/log-files.ts";
import { openKubernetes } from "./backends/kubernetes.ts";
import { openLogServer } from "./backends/log-servers.ts";
import { openMcp } from "./backends/mcp.ts";
import { openPrometheus } from "./backends/prometheus.ts";
import { openTraces } from "./backends/traces.ts";
import type { BackendDeps, LiveBackend } from "./backends/types.ts";

/** Call edges of spans, each with the source and its newest span. */
const topologyOf: TopologyOf = (spans, by) => topologyOfSpans(spanForest(spans), by);

/**
 * The running system. `open`: its sources for one analysis, each with limits of its own. `feeds`: servers that know
 * what fires, by address.
 */
export type LiveSystem = {
  open(): Promise<Telemetry>;
  feeds: readonly NonNullable<LiveBackend["feed"]>[];
  close(): Promise<void>;
};

/** `serviceOf`: what repositories and applications are called as services. `others`: all backends. */
type OpenParts = { now: () => number; serviceOf: ServiceOf; others: readonly BackendSettings[] };

/** A new connector adds its kind here. */
function openOne(settings: BackendSettings, deps: BackendDeps, { now, serviceOf, others }: OpenParts): LiveBackend {
  switch (settings.kind) {
    case "prometheus":
      return openPrometheus(settings, deps, { hasAlerts: others.every(({ kind }) => kind !== "alertmanager") });
    case "loki":
    case "victorialogs":
    case "elasticsearch":
    case "opensearch":
    case "journald":
      return openLogServer(settings, deps);
    case "files":
      return openLogFiles(settings);
    case "otlp-files":
      return { sources: () => otlpFileSources(settings, now, topologyOf), close: async () => undefined };
    case "kubernetes":
      return openKubernetes(settings, deps, { now, serviceOf });
    case "jaeger":
    case "tempo":
      return openTraces(settings, deps);
    case "grafana":
      return openGrafana(settings, deps, others);
    case "alertmanager":
      return openAlertmanager(settings, deps);
    case "github":
    case "gitlab":
    case "argocd":
      return openChangeServer(settings, deps, { now, serviceOf });
    case "mcp":
      return openMcp(settings, deps);
  }
}

/** `otlp`: the OpenTelemetry records that were received; null if their store cannot be opened. */
type LiveParts = { otlp: OtlpStore | null; now: () => number };
type LiveConfig = SourcesConfig & BackendDeps & Pick<Config, "changes"> & Pick<Config, "otlp">;

/**
 * Opens the backends that the configuration names, and what was received. Incidents of the service are analysed with
 * them.
 */
export function openLiveSystem(
  { topology, backends, proxy, changes, otlp: received }: LiveConfig,
  { otlp, now }: LiveParts,
): LiveSystem {
  const serviceOf = serviceNames(serviceNamesIn({ changes, backends }));
  const opened = backends.map((settings) => openOne(settings, { proxy }, { now, serviceOf, others: backends }));
  return {
    open: async () => [
      ...(topology === null ? [] : [topologyAt(topology.file)]),
      ...(await Promise.all(opened.map((backend) => backend.sources()))).flat(),
      ...(otlp === null ? [] : await otlpSources(otlp, now, topologyOf, received.pages)),
    ],
    feeds: opened.flatMap(({ feed }) => feed ?? []),
    close: async () => void (await Promise.all(opened.map((backend) => backend.close()))),
  };
}
