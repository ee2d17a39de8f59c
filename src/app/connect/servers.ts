import type { FoundServer } from "./facts.ts";

/** A product, the variable that names it, and how to recognise it. `hosts`: usual names of its service in a cluster. */
type KnownServer = {
  product: string;
  prefix: string;
  port: number;
  path: string;
  hosts: readonly { name: string; port?: number }[];
};

/** Paths that need no credentials, and that only this product answers. */
const KNOWN: readonly KnownServer[] = [
  {
    product: "Prometheus",
    prefix: "PROMETHEUS",
    port: 9090,
    path: "/api/v1/status/buildinfo",
    hosts: [{ name: "prometheus-operated" }, { name: "prometheus-k8s" }, { name: "prometheus-server", port: 80 }],
  },
  {
    product: "VictoriaMetrics",
    prefix: "PROMETHEUS",
    port: 8428,
    path: "/api/v1/status/tsdb",
    hosts: [{ name: "vmsingle" }, { name: "victoria-metrics" }],
  },
  {
    product: "Alertmanager",
    prefix: "ALERTMANAGER",
    port: 9093,
    path: "/api/v2/status",
    hosts: [{ name: "alertmanager-operated" }, { name: "alertmanager-main" }, { name: "alertmanager" }],
  },
  {
    product: "Loki",
    prefix: "LOKI",
    port: 3100,
    path: "/loki/api/v1/status/buildinfo",
    hosts: [{ name: "loki" }, { name: "loki-gateway", port: 80 }],
  },
  {
    product: "Tempo",
    prefix: "TEMPO",
    port: 3200,
    path: "/api/status/buildinfo",
    hosts: [{ name: "tempo" }, { name: "tempo-query-frontend" }],
  },
  {
    product: "Jaeger",
    prefix: "JAEGER",
    port: 16_686,
    path: "/api/services",
    hosts: [{ name: "jaeger-query" }, { name: "jaeger" }],
  },
  {
    product: "Elasticsearch",
    prefix: "ELASTICSEARCH",
    port: 9_200,
    path: "/_cluster/health",
    hosts: [{ name: "elasticsearch" }, { name: "elasticsearch-master" }, { name: "opensearch" }],
  },
  {
    product: "systemd-journal-gatewayd",
    prefix: "JOURNALD",
    port: 19_531,
    path: "/machine",
    hosts: [],
  },
  {
    product: "Grafana",
    prefix: "GRAFANA",
    port: 3_000,
    path: "/api/health",
    hosts: [{ name: "grafana", port: 80 }, { name: "grafana" }],
  },
];

/** Servers that have no usual place: their variables are shown if they are set. */
const ELSEWHERE = [
  { product: "GitHub", prefix: "GITHUB" },
  { product: "GitLab", prefix: "GITLAB" },
  { product: "Argo CD", prefix: "ARGOCD" },
];

/** A place where a server may be. `probeUrl`: answers 2xx, 401 or 403 if it is there. */
export type ServerCandidate = FoundServer & { probeUrl: string };

const candidate = ({ product, prefix, path }: KnownServer, url: string): ServerCandidate => ({
  product,
  variable: `${prefix}_URL`,
  url,
  probeUrl: `${url}${path}`,
  from: "answer",
});

/** The usual ports of this machine. */
export const localCandidates = (): ServerCandidate[] =>
  KNOWN.map((server) => candidate(server, `http://127.0.0.1:${server.port}`));

/** The usual names of services in a namespace of the cluster. */
export const clusterCandidates = (namespace: string): ServerCandidate[] =>
  KNOWN.flatMap((server) =>
    server.hosts.map(({ name, port = server.port }) => candidate(server, `http://${name}.${namespace}.svc:${port}`)),
  );

/** @param env the environment. @returns the servers that its variables name. */
export const serversOfEnv = (env: Readonly<Record<string, string | undefined>>): FoundServer[] => {
  const seen = new Set<string>();
  return [...KNOWN, ...ELSEWHERE].flatMap(({ product, prefix }) => {
    const variable = `${prefix}_URL`;
    const url = URL.parse(env[variable] ?? "");
    if (url === null || seen.has(variable)) return [];
    seen.add(variable);
    [url.username, url.password] = ["", ""];
    return [{ product, variable, url: url.href.replace(/\/$/, ""), from: "variable" as const }];
  });
};

/** The variables to set. Of two servers for one variable, the second is a comment. `reads`: variables that exist. */
export function environmentPiece(servers: readonly FoundServer[], reads: ReadonlySet<string>): string {
  const taken = new Set<string>();
  const lines = servers.map(({ product, variable, url, from }) => {
    if (!reads.has(variable)) return `# ${product} at ${url}: Causeway does not read it yet`;
    if (taken.has(variable)) return `# another ${product} at ${url}: name it in sources: of config.yaml`;
    taken.add(variable);
    return `export ${variable}=${url}  # ${product}, ${from === "variable" ? "as set" : "it answers there"}`;
  });
  const missing = [...reads].filter((variable) => !taken.has(variable)).toSorted();
  return [
    ...lines,
    ...(missing.length === 0 ? [] : [`# not found: ${missing.join(", ")}. docs/configuration.md lists all settings.`]),
    "# then: npx causeway doctor",
    "",
  ].join("\n");
}
