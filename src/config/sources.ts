import { z } from "zod";
import {
  type AlertmanagerConfig,
  AlertmanagerFile,
  alertmanagerFromEnv,
  readAlertmanager,
} from "./backends/alertmanager.ts";
import {
  ArgoCdFile,
  CHANGE_SERVER_PREFIXES,
  type ChangeServerConfig,
  changeServersFromEnv,
  GitHubFile,
  GitLabFile,
  readChangeServer,
} from "./backends/change-servers.ts";
import { type GrafanaConfig, GrafanaFile, grafanaFromEnv, readGrafana } from "./backends/grafana.ts";
import { type LogFilesConfig, LogFilesFile, logFilesFromEnv, readLogFiles } from "./backends/log-files.ts";
import {
  isLogServer,
  LOG_SERVER_FILES,
  LOG_SERVER_PREFIXES,
  type LogServerConfig,
  logServersFromEnv,
  readLogServer,
} from "./backends/log-servers.ts";
import { withExplore } from "./backends/links.ts";
import { maskBackend } from "./backends/settings.ts";
import { OtlpFilesFile, readOtlpFiles } from "./backends/otlp-files.ts";
import type { OtlpFilesConfig } from "../connectors/files/otlp-globs.ts";
import { maskMcp, type McpConfig, McpFile, readMcp } from "./backends/mcp.ts";
import { type KubernetesConfig, KubernetesFile, kubernetesFromEnv, readKubernetes } from "./backends/kubernetes.ts";
import { type PrometheusConfig, PrometheusFile, prometheusFromEnv, readPrometheus } from "./backends/prometheus.ts";
import { JaegerFile, readTraces, TempoFile, type TracesConfig, tracesFromEnv } from "./backends/traces.ts";
import type { Env } from "./env.ts";
import { sourceNames } from "./source-names.ts";
import { readTopology, TopologyFile, type TopologyConfig } from "./topology.ts";

/**
 * One entry of `sources:`. A new connector adds its kind here, in `fromEnv`, in `readEntry` and in `BackendSettings`.
 */
const SOURCE_FILES = [
  PrometheusFile,
  KubernetesFile,
  LogFilesFile,
  OtlpFilesFile,
  AlertmanagerFile,
  GrafanaFile,
  ...LOG_SERVER_FILES,
  JaegerFile,
  TempoFile,
  GitHubFile,
  GitLabFile,
  ArgoCdFile,
  McpFile,
] as const;
const KINDS = SOURCE_FILES.map(({ shape }) => shape.kind.value).join(", ");
const SourceFile = z.discriminatedUnion("kind", SOURCE_FILES, {
  error: ({ code }) => (code === "invalid_union" ? `give the kind of the source, one of ${KINDS}` : undefined),
});
type SourceFile = z.infer<typeof SourceFile>;

/** The settings of one backend, by its kind. */
export type BackendSettings =
  | PrometheusConfig
  | KubernetesConfig
  | LogFilesConfig
  | OtlpFilesConfig
  | AlertmanagerConfig
  | GrafanaConfig
  | LogServerConfig
  | TracesConfig
  | ChangeServerConfig
  | McpConfig;

/** The prefixes of the environment variables that configure one backend of a kind. */
export const BACKEND_PREFIXES = [
  "PROMETHEUS",
  "ALERTMANAGER",
  "GRAFANA",
  "JAEGER",
  "TEMPO",
  ...LOG_SERVER_PREFIXES,
  ...CHANGE_SERVER_PREFIXES,
] as const;

/** The backends that environment variables configure, each with the prefix of its variables. */
const fromEnv = (env: Env): { place: string; file: SourceFile | undefined }[] => [
  { place: "PROMETHEUS", file: prometheusFromEnv(env) },
  { place: "ALERTMANAGER", file: alertmanagerFromEnv(env) },
  { place: "GRAFANA", file: grafanaFromEnv(env) },
  ...logServersFromEnv(env),
  { place: "JAEGER", file: tracesFromEnv(env, "jaeger") },
  { place: "TEMPO", file: tracesFromEnv(env, "tempo") },
  ...changeServersFromEnv(env),
  { place: "CAUSEWAY_LOG_FILES", file: logFilesFromEnv(env) },
  { place: "KUBERNETES", file: kubernetesFromEnv(env) },
];

function readEntry(file: SourceFile, place: string): BackendSettings {
  if (isLogServer(file)) return readLogServer(file, place);
  switch (file.kind) {
    case "prometheus":
      return readPrometheus(file, place);
    case "files":
      return readLogFiles(file);
    case "otlp-files":
      return readOtlpFiles(file);
    case "kubernetes":
      return readKubernetes(file, place);
    case "jaeger":
    case "tempo":
      return readTraces(file, place);
    case "grafana":
      return readGrafana(file, place);
    case "alertmanager":
      return readAlertmanager(file, place);
    case "github":
    case "gitlab":
    case "argocd":
      return readChangeServer(file, place);
    case "mcp":
      return readMcp(file, place);
  }
}

/** Keys of the configuration file for the live telemetry sources. */
export const SOURCE_SECTIONS = { topology: TopologyFile.optional(), sources: z.array(SourceFile).optional() };

type SourcesFile = { [K in keyof typeof SOURCE_SECTIONS]?: z.infer<(typeof SOURCE_SECTIONS)[K]> };

/** The live telemetry sources that are configured. */
export type SourcesConfig = {
  /** The configured call graph, for alerts without telemetry; `null` when there is none. */
  topology: TopologyConfig | null;
  /** The servers that answer queries about telemetry, those of the environment first. */
  backends: readonly BackendSettings[];
};

/** @throws {IncidentError} CONFIG naming the wrong setting. */
export function readSources(env: Env, file: SourcesFile): SourcesConfig {
  const entries = [
    ...fromEnv(env).flatMap(({ place, file: entry }) => (entry === undefined ? [] : [{ place, entry }])),
    ...(file.sources ?? []).map((entry, at) => ({ place: `sources[${at}]`, entry })),
  ];
  const names = sourceNames(entries.map(({ place, entry }) => ({ place, kind: entry.kind, name: entry.name })));
  const backends = entries.map(({ place, entry }, at) => ({
    place,
    backend: readEntry({ ...entry, name: names[at] }, place),
  }));
  const grafana = backends.find(({ backend }) => backend.kind === "grafana")?.backend;
  const address = grafana !== undefined && "url" in grafana ? grafana.url : null;
  return {
    topology: readTopology(env, file.topology),
    backends: backends.map(({ place, backend }) =>
      "grafanaUid" in backend ? withExplore(backend, address, place) : backend,
    ),
  };
}

/** The services that the sources of changes name: a webhook about the same repository is about the same service. */
export const servicesOfSources = ({ backends }: Pick<SourcesConfig, "backends">): Readonly<Record<string, string>> =>
  Object.fromEntries(backends.flatMap((backend) => ("services" in backend ? Object.entries(backend.services) : [])));

/** True if some source of a live system is configured. */
export const namesSources = ({ topology, backends }: SourcesConfig): boolean =>
  topology !== null || backends.length > 0;

/** The same without secrets. */
export const maskSources = ({ topology, backends }: SourcesConfig): SourcesConfig => ({
  topology,
  backends: backends.map((backend) =>
    backend.kind === "mcp" ? maskMcp(backend) : "url" in backend ? maskBackend(backend) : backend,
  ),
});
