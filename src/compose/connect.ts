import type { ConnectFacts, FoundServer, ReadRule } from "../app/connect/facts.ts";
import { type ServerCandidate, clusterCandidates, localCandidates, serversOfEnv } from "../app/connect/servers.ts";
import { BACKEND_PREFIXES, type Config, type Env } from "../config.ts";
import { probeHttp } from "../connectors/http-probe.ts";
import { ALL_RESOURCES } from "../connectors/kubernetes/resources.ts";
import { IncidentError } from "../domain/errors.ts";

/** `scan`: where to look for servers besides the environment. `url`: where others reach Causeway. */
export type ConnectRequest = {
  url: string | null;
  namespace: string;
  scan: readonly ("local" | "cluster")[];
  monitoringNamespace: string;
  slackManifest: string;
};

const PROBE_MS = 2_000;

/** The variables with addresses that Causeway reads. */
export const addressVariables = (): ReadonlySet<string> => new Set(BACKEND_PREFIXES.map((prefix) => `${prefix}_URL`));

/** Looks for servers where `request.scan` says, and collects what the pieces need. */
export async function connectFacts(
  config: Config,
  env: Env,
  request: ConnectRequest,
  signal: AbortSignal,
): Promise<ConnectFacts> {
  const candidates = [
    ...(request.scan.includes("local") ? localCandidates() : []),
    ...(request.scan.includes("cluster") ? clusterCandidates(request.monitoringNamespace) : []),
  ];
  const answering = await Promise.all(candidates.map((each) => isThere(each, config, signal)));
  const named = serversOfEnv(env);
  const found: FoundServer[] = candidates
    .filter((each, at) => answering[at] === true && !named.some(({ url }) => url === each.url))
    .map(({ product, variable, url, from }) => ({ product, variable, url, from }));
  const { alertmanager, grafana } = config.webhooks;
  const url = request.url ?? `http://${config.service.host}:${config.service.port}`;
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
  return {
    url,
    needsToken: !isLocal || config.http.apiKey !== null || alertmanager.tokens.length > 0 || grafana.tokens.length > 0,
    signsGrafana: grafana.signing !== null,
    namespace: request.namespace,
    servers: [...named, ...found],
    repositories: {
      GITHUB_REPOSITORIES: namesOf(config, "github"),
      GITLAB_PROJECTS: namesOf(config, "gitlab"),
    },
    readRules: readRules(),
    slackManifest: request.slackManifest,
  };
}

/** The repositories of the first such source, as their variable takes them. */
function namesOf({ backends }: Config, wanted: "github" | "gitlab"): string[] {
  const found = backends.find((backend) => backend.kind === wanted);
  if (found === undefined || !("services" in found)) return [];
  const { services, projects } = found;
  const plain = projects.filter((name) => !Object.keys(services).some((key) => key.split(":")[0] === name));
  return [...Object.entries(services).map(([name, service]) => `${name}=${service}`), ...plain];
}

/** A server that answers, or that refuses strangers, is there. */
async function isThere({ probeUrl, product, variable }: ServerCandidate, config: Config, signal: AbortSignal) {
  const request = { url: probeUrl, label: product, setting: variable, timeoutMs: PROBE_MS, signal };
  try {
    const status = await probeHttp(request, config.proxy);
    return status < 300 || status === 401 || status === 403;
  } catch (error) {
    if (error instanceof IncidentError) return false;
    throw error;
  }
}

const groupOf = (path: string): string => /^\/apis\/([^/]+)\//.exec(path)?.[1] ?? "";

/** The types that the connector lists, by API group, and the logs of pods. */
function readRules(): ReadRule[] {
  return [...Map.groupBy(ALL_RESOURCES, ({ group }) => groupOf(group))].map(([group, list]) => ({
    group,
    types: list.flatMap(({ type }) => (type === "pods" ? [type, "pods/log"] : [type])),
  }));
}
