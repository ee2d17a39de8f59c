import { z } from "zod";
import { USUAL_INDICES } from "../../connectors/elasticsearch/client.ts";
import { IncidentError } from "../../domain/errors.ts";
import { type Env, fromEnv, secret, set } from "../env.ts";
import { readPages, SHORT_LINK_KEYS } from "./links.ts";
import { BACKEND_KEYS, type BackendConfig, backendFromEnv, readBackend } from "./settings.ts";
import { Count } from "../numbers.ts";

/** `labels`: labels or fields that name entities, and the kind of entity. `records`: of one analysis. */
const LOG_SERVER_KEYS = {
  labels: z
    .record(z.string().min(1).max(200), z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, "a kind such as service"))
    .optional(),
  ...SHORT_LINK_KEYS,
  records: Count.optional(),
} as const;

const LokiFile = z.strictObject({ kind: z.literal("loki"), ...BACKEND_KEYS, ...LOG_SERVER_KEYS });

const Discover = z.url({ protocol: /^https?$/, error: "give the address of Kibana or OpenSearch Dashboards" });
/** `index`: names, patterns and data streams. `discover`: address of Kibana or OpenSearch Dashboards. */
const SEARCH_KEYS = {
  index: z
    .union([
      z.string().min(1),
      z
        .array(z.string().min(1))
        .min(1)
        .transform((names) => names.join(",")),
    ])
    .optional(),
  apiKey: z.string().min(1).optional(),
  discover: Discover.optional(),
} as const;
const ElasticsearchFile = z.strictObject({
  kind: z.literal("elasticsearch"),
  ...BACKEND_KEYS,
  ...LOG_SERVER_KEYS,
  ...SEARCH_KEYS,
});
const OpenSearchFile = z.strictObject({
  kind: z.literal("opensearch"),
  ...BACKEND_KEYS,
  ...LOG_SERVER_KEYS,
  ...SEARCH_KEYS,
});
const VictoriaLogsFile = z.strictObject({ kind: z.literal("victorialogs"), ...BACKEND_KEYS, ...LOG_SERVER_KEYS });
/** systemd-journal-gatewayd. `labels`: fields of the journal. */
const JournaldFile = z.strictObject({ kind: z.literal("journald"), ...BACKEND_KEYS, ...LOG_SERVER_KEYS });

/** The kinds of servers of logs. */
export const LOG_SERVER_FILES = [LokiFile, VictoriaLogsFile, ElasticsearchFile, OpenSearchFile, JournaldFile] as const;
type LogServerFile = z.infer<(typeof LOG_SERVER_FILES)[number]>;
/** The prefixes of their variables, such as `LOKI_URL`. */
export const LOG_SERVER_PREFIXES = ["LOKI", "VICTORIALOGS", "ELASTICSEARCH", "OPENSEARCH", "JOURNALD"] as const;

/** What all servers of logs have. `maxRecords`: of one answer. */
type CommonConfig = BackendConfig & {
  labels: readonly { label: string; kind: string }[];
  maxRecords: number;
};
export type LogServerConfig =
  | (CommonConfig & { kind: "loki" | "victorialogs" | "journald" })
  | (CommonConfig & { kind: "elasticsearch" | "opensearch"; index: string; discover: string | null });

const MAX_RECORDS = 300_000;
const KINDS: ReadonlySet<string> = new Set(["loki", "victorialogs", "elasticsearch", "opensearch", "journald"]);

export const isLogServer = <S extends { kind: string }>(file: S): file is Extract<S, LogServerFile> =>
  KINDS.has(file.kind);

export function logServersFromEnv(env: Env): { place: string; file: LogServerFile | undefined }[] {
  const loki = backendFromEnv(env, "LOKI");
  const victoria = backendFromEnv(env, "VICTORIALOGS");
  const elastic = backendFromEnv(env, "ELASTICSEARCH");
  const open = backendFromEnv(env, "OPENSEARCH");
  const journal = backendFromEnv(env, "JOURNALD");
  const [index, apiKey] = [set(env.ELASTICSEARCH_INDEX), secret(env, "ELASTICSEARCH_API_KEY")];
  const openIndex = set(env.OPENSEARCH_INDEX);
  const kibana = fromEnv(env, "KIBANA_URL", Discover);
  const dashboards = fromEnv(env, "OPENSEARCH_DASHBOARDS_URL", Discover);
  return [
    { place: "LOKI", file: loki && { kind: "loki", ...loki } },
    { place: "VICTORIALOGS", file: victoria && { kind: "victorialogs", ...victoria } },
    { place: "JOURNALD", file: journal && { kind: "journald", ...journal } },
    {
      place: "ELASTICSEARCH",
      file: elastic && {
        kind: "elasticsearch",
        ...elastic,
        ...(index === undefined ? {} : { index }),
        ...(apiKey === undefined ? {} : { apiKey }),
        ...(kibana === undefined ? {} : { discover: kibana }),
      },
    },
    {
      place: "OPENSEARCH",
      file: open && {
        kind: "opensearch",
        ...open,
        ...(openIndex === undefined ? {} : { index: openIndex }),
        ...(dashboards === undefined ? {} : { discover: dashboards }),
      },
    },
  ];
}

/** @throws {IncidentError} CONFIG naming the wrong setting. */
export function readLogServer(file: LogServerFile, place: string): LogServerConfig {
  const common = {
    ...readBackend(file, file.kind, place),
    labels: Object.entries(file.labels ?? {}).map(([label, kind]) => ({ label, kind })),
    pages: readPages(file.links, file.link),
    maxRecords: file.records ?? MAX_RECORDS,
  };
  switch (file.kind) {
    case "loki":
    case "journald":
      return { kind: file.kind, ...common };
    case "victorialogs":
      return { kind: file.kind, ...common, headers: tenantHeaders(common, place) };
    case "elasticsearch":
    case "opensearch": {
      const { apiKey, index = USUAL_INDICES, discover = null } = file;
      if (apiKey === undefined) return { kind: file.kind, ...common, index, discover };
      return {
        kind: file.kind,
        ...common,
        index,
        discover,
        auth: { kind: "header", name: "Authorization", value: `ApiKey ${apiKey}` },
      };
    }
  }
}

/** VictoriaLogs reads its tenant, `12` or `12:3`, from headers of its own. */
function tenantHeaders({ tenant, headers }: BackendConfig, place: string): BackendConfig["headers"] {
  if (tenant === null) return headers;
  const [, account, project = "0"] = /^(\d+)(?::(\d+))?$/.exec(tenant) ?? [];
  if (account === undefined)
    throw new IncidentError("CONFIG", `${place} has the tenant ${tenant}, which is no number`, {
      hint: "Give the account of VictoriaLogs, such as 12, or account and project, such as 12:3.",
    });
  const { "X-Scope-OrgID": _, ...others } = headers;
  return { ...others, AccountID: account, ProjectID: project };
}
