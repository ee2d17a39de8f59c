import { type InvestigationConfig, readInvestigation } from "./config/investigation.ts";
import { join, resolve } from "node:path";
import type { z } from "zod";
import { type ChangesConfig, maskChanges, readChanges } from "./config/changes.ts";
import { readAlerts } from "./config/alerts.ts";
import type { AlertManners } from "./domain/alert-manners.ts";
import type { ModelCaps } from "./domain/model-store.ts";
import { type EmbeddingConfig, maskEmbedding, readEmbedding } from "./config/embedding.ts";
import { type ExecutionConfig, maskExecution, readExecution } from "./config/execution.ts";
import { type Env, fromEnv, Milliseconds, pathList, set } from "./config/env.ts";
import { ENVIRONMENT, FIXTURES_DIR, RUNBOOKS_DIR } from "./host.ts";
import { LogLevel, readConfigFile } from "./config/file.ts";
import { readHome } from "./config/home.ts";
import { type HttpConfig, maskHttp, readHttp } from "./config/http.ts";
import { maskMasking, type MaskingConfig, readMasking } from "./config/masking.ts";
import { maskModel, type ModelConfig, readModel } from "./config/model.ts";
import { type ModelCacheConfig, readCaps, readModelCache, requirePrices } from "./config/model-limits.ts";
import { type ModelPlan, readModelPlan } from "./config/model-plan.ts";
import { maskProxy, readProxy } from "./config/proxy.ts";
import { maskQdrant, type QdrantConfig, readQdrant } from "./config/qdrant.ts";
import type { ProxySettings } from "./connectors/http/proxy.ts";
import { type OtlpConfig, readOtlp } from "./config/otlp.ts";
import { type OwnersConfig, readOwners } from "./config/owners.ts";
import { readPolicy } from "./config/policy.ts";
import type { Policy } from "./domain/policy.ts";
import { readRetention, type RetentionConfig } from "./config/retention.ts";
import { readRunbooks } from "./config/runbooks.ts";
import { maskService, readService, type ServiceConfig, type ServiceFlags } from "./config/service.ts";
import { maskNotify, type NotifyConfig, readNotify } from "./config/notify.ts";
import { maskSlack, readSlack, type SlackConfig } from "./config/slack.ts";
import { maskSources, namesSources, readSources, type SourcesConfig } from "./config/sources.ts";
import { maskWeb, readWeb, type WebConfig } from "./config/web.ts";
import { acceptsSenders, maskWebhooks, readWebhooks, type WebhooksConfig } from "./config/webhooks.ts";
import { maskTracing, readTracing, type TracingConfig } from "./config/tracing.ts";

export type { EmbeddingConfig } from "./config/embedding.ts";
export type { ExecutionConfig } from "./config/execution.ts";
export type { Env } from "./config/env.ts";
export type { TracingConfig } from "./config/tracing.ts";
export type { HttpConfig } from "./config/http.ts";
export type { MaskingConfig } from "./config/masking.ts";
export type { ModelConfig } from "./config/model.ts";
export type { ModelPlan } from "./config/model-plan.ts";
export type { QdrantConfig } from "./config/qdrant.ts";
export type { OtlpConfig } from "./config/otlp.ts";
export type { ServiceConfig } from "./config/service.ts";
export { isTicketPlace, type NotifyConfig } from "./config/notify.ts";
export type { SlackChannel, SlackConfig } from "./config/slack.ts";
export type { BackendConfig } from "./config/backends/settings.ts";
export type { LogFilesConfig } from "./config/backends/log-files.ts";
export type { McpConfig } from "./config/backends/mcp.ts";
export type { KubernetesConfig } from "./config/backends/kubernetes.ts";
export type { GrafanaConfig } from "./config/backends/grafana.ts";
export type { AlertmanagerConfig } from "./config/backends/alertmanager.ts";
export type { LogServerConfig } from "./config/backends/log-servers.ts";
export type { TracesConfig } from "./config/backends/traces.ts";
export type { PrometheusConfig } from "./config/backends/prometheus.ts";
export { BACKEND_PREFIXES, servicesOfSources } from "./config/sources.ts";
export type { BackendSettings, SourcesConfig } from "./config/sources.ts";
export type { TopologyConfig } from "./config/topology.ts";
export type { OidcConfig, WebConfig } from "./config/web.ts";
export type { WebhooksConfig } from "./config/webhooks.ts";

/** Flags override the environment. */
export type Flags = ServiceFlags & {
  data?: readonly string[] | undefined;
  home?: string | undefined;
  owners?: string | undefined;
  llm?: boolean | undefined;
  /** True: the recorded demo incidents too. False: only while no live system is configured. Absent: by default. */
  demo?: boolean | undefined;
};

/** Variables that make LangChain send each step with its data to a server, or print it on stdout. */
const LANGCHAIN_TRACING = [
  "LANGSMITH_TRACING",
  "LANGSMITH_TRACING_V2",
  "LANGCHAIN_TRACING",
  "LANGCHAIN_TRACING_V2",
  "LANGCHAIN_VERBOSE",
];

/**
 * Removes the variables that make LangChain send traces from this process's environment. Causeway sends nothing
 * unless it is configured to, and those variables are set for other programs. LangChain reads them for each run and
 * has no other switch.
 */
export function forbidTracing(env: Record<string, string | undefined> = process.env): void {
  for (const name of LANGCHAIN_TRACING) delete env[name];
}

/** The settings in force. Each section is read and masked by its own file in `config/`. */
export type Config = SourcesConfig & {
  /** Folder for state. */
  home: string;
  /** Folders of recorded incidents; the first that has an id wins. */
  data: readonly string[];
  /** These are the demo incidents, and they are listed only until telemetry of a running system is received. */
  demoUntilReceived: boolean;
  runbooks: readonly string[];
  /** Address prefixes below which a runbook page may be read when an alert links to it; none: no such request. */
  runbookUrls: readonly string[];
  /** Folders of pages that people wrote for people: the best ones for the alerts are named in the report. */
  runbookPages: readonly string[];
  /** The first model. `null`: no model is configured, or `--no-llm` was given. */
  model: ModelConfig | null;
  /** All models, and what each is for. */
  modelPlan: ModelPlan;
  /** What models may use, and which of their replies are kept. */
  modelLimits: { caps: ModelCaps; cache: ModelCacheConfig };
  /** What one investigation by a model may use, or `off`. */
  investigation: InvestigationConfig;
  /** The model that embeds the memory's texts; `null`: they are embedded offline. */
  embedding: EmbeddingConfig | null;
  /** The memory that processes share; `null`: it is a file in `home`. */
  qdrant: QdrantConfig | null;
  service: ServiceConfig;
  http: HttpConfig;
  /** The web pages: sessions, and sign-in at an identity provider. */
  web: WebConfig;
  /** How senders of alerts prove who they are, and how to read custom payloads. */
  webhooks: WebhooksConfig;
  /** `null`: not configured. */
  slack: SlackConfig | null;
  /** Where `causeway send` posts reports. */
  notify: readonly NotifyConfig[];
  /** How much received OpenTelemetry data is kept. */
  otlp: OtlpConfig;
  /** What the store keeps of secrets and personal data. */
  masking: MaskingConfig;
  /** Changes that others report. */
  changes: ChangesConfig;
  /** How long, and how much of, what is kept. */
  retention: RetentionConfig;
  /** When alerts start an investigation by themselves. */
  alerts: AlertManners;
  /** Which team owns which entity. */
  owners: OwnersConfig;
  /** Who must approve which action. */
  policy: Policy;
  /** How approved scripts are executed. */
  execution: ExecutionConfig;
  /** The destination of Causeway's own traces; `null` for none. */
  tracing: TracingConfig | null;
  /** Proxies for outgoing HTTP. */
  proxy: ProxySettings;
  color: boolean;
  logLevel: z.infer<typeof LogLevel>;
  nodeTimeoutMs: number;
  /** The file that was read, or null. */
  file: string | null;
};

const DEFAULT_NODE_TIMEOUT_MS = 300_000;

const listed = (value: string | readonly string[] | undefined): readonly string[] | undefined =>
  typeof value === "string" ? [value] : value;
const absolute = (dirs: readonly string[]): string[] => dirs.map((dir) => resolve(dir));

/** Adds the recorded demo incidents. A team that serves its own system does not want them among its incidents. */
function withDemo(
  data: readonly string[] | null,
  { demo, isLive }: { demo: boolean | undefined; isLive: boolean },
): readonly string[] {
  if (demo === true) return [...(data ?? []).filter((dir) => dir !== FIXTURES_DIR), FIXTURES_DIR];
  return data ?? (demo === false && isLive ? [] : [FIXTURES_DIR]);
}

/**
 * A flag wins over the environment, the environment over the file, the file over the default.
 *
 * @throws {IncidentError} CONFIG naming the wrong setting.
 */
export function loadConfig(flags: Flags = {}, env: Env = ENVIRONMENT): Config {
  const home = readHome(flags.home, env);
  const configuredFile = set(env.CAUSEWAY_CONFIG);
  const path = configuredFile === undefined ? join(home, "config.yaml") : resolve(configuredFile);
  const file = readConfigFile(path, configuredFile !== undefined);
  const runbooks = readRunbooks(env, file?.runbooks);
  const service = readService(env, file?.service, flags);
  const webhooks = readWebhooks(env, file?.webhooks);
  const slack = readSlack(env, file?.slack);
  const sources = readSources(env, file ?? {});
  const isLive = slack !== null || service.databaseUrl !== null || acceptsSenders(webhooks) || namesSources(sources);
  const modelPlan = readModelPlan(env, file ?? {});
  const models = flags.llm === false ? [] : modelPlan.models;
  const modelLimits = { caps: readCaps(env, file?.model?.caps), cache: readModelCache(env, file?.model?.cache) };
  requirePrices(modelLimits.caps, models);
  const data = flags.data ?? pathList(env.CAUSEWAY_DATA) ?? listed(file?.data) ?? null;
  return {
    home,
    data: absolute(withDemo(data, { demo: flags.demo, isLive })),
    demoUntilReceived: data === null && flags.demo === false && !isLive,
    runbooks: absolute(runbooks.folders ?? [RUNBOOKS_DIR]),
    runbookUrls: runbooks.urls,
    runbookPages: absolute(runbooks.pages),
    model: models[0] ?? null,
    modelPlan: { ...modelPlan, models },
    modelLimits,
    investigation: readInvestigation(env, file?.model?.investigation),
    embedding: readEmbedding(env, file?.embedding, readModel(env, file?.model)),
    qdrant: readQdrant(env, file?.qdrant),
    service,
    http: readHttp(env, file?.http),
    web: readWeb(env, file?.web),
    webhooks,
    slack,
    notify: readNotify(env, file?.notify),
    tracing: readTracing(env),
    proxy: readProxy(env),
    otlp: readOtlp(env, file?.otlp),
    masking: readMasking(env, file?.masking),
    retention: readRetention(env, file?.retention),
    alerts: readAlerts(env, file?.alerts),
    changes: readChanges(env, file?.changes),
    owners: readOwners(flags.owners, env, file?.owners),
    policy: readPolicy(env, home),
    execution: readExecution(env, file?.execution),
    ...sources,
    color: set(env.NO_COLOR) === undefined,
    logLevel: fromEnv(env, "LOG_LEVEL", LogLevel) ?? file?.logLevel ?? "warn",
    nodeTimeoutMs:
      fromEnv(env, "CAUSEWAY_NODE_TIMEOUT_MS", Milliseconds) ?? file?.nodeTimeoutMs ?? DEFAULT_NODE_TIMEOUT_MS,
    file: file === null ? null : path,
  };
}

/** The settings without secrets, and without user info and queries of addresses. */
export const masked = (config: Config): Config => ({
  ...config,
  ...maskSources(config),
  model: config.model === null ? null : maskModel(config.model),
  modelPlan: { ...config.modelPlan, models: config.modelPlan.models.map(maskModel) },
  embedding: config.embedding === null ? null : maskEmbedding(config.embedding),
  qdrant: config.qdrant === null ? null : maskQdrant(config.qdrant),
  service: maskService(config.service),
  http: maskHttp(config.http),
  web: maskWeb(config.web),
  webhooks: maskWebhooks(config.webhooks),
  masking: maskMasking(config.masking),
  changes: maskChanges(config.changes),
  execution: maskExecution(config.execution),
  slack: config.slack === null ? null : maskSlack(config.slack),
  notify: maskNotify(config.notify),
  tracing: config.tracing === null ? null : maskTracing(config.tracing),
  proxy: maskProxy(config.proxy),
});
