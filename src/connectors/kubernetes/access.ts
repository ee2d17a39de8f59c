import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import type { ProxySettings } from "../http/proxy.ts";
import type { TlsMaterial } from "../http/tls.ts";

/**
 * Which cluster to read, and as whom. `kubeconfig`: paths of files, which are merged; empty for kubectl's own
 * (`~/.kube/config`). `isInCluster`: the service account of this pod instead. `context` null: the current one.
 */
export type KubernetesAccess = {
  kubeconfig: readonly string[];
  isInCluster: boolean;
  context: string | null;
};

/**
 * How to reach the API server. `headers`: credentials, made anew for each request, because tokens expire. `namespace`:
 * that of the context or of the service account. `proxy`: the one that the kubeconfig names for this cluster.
 */
export type KubernetesServer = {
  url: string;
  context: string | null;
  namespace: string | null;
  tls: () => Promise<TlsMaterial>;
  headers: () => Promise<Record<string, string>>;
  proxy: ProxySettings | null;
};

/** @throws {IncidentError} CONFIG if the kubeconfig cannot be used. */
export async function openAccess({ kubeconfig, isInCluster, context }: KubernetesAccess): Promise<KubernetesServer> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    if (isInCluster) config.loadFromCluster();
    else if (kubeconfig.length === 0) config.loadFromDefault();
    else loadFiles(config, kubeconfig, () => new KubeConfig());
  } catch (cause) {
    throw unusable(`the kubeconfig cannot be read: ${messageOf(cause).slice(0, 200)}`, cause);
  }
  if (context !== null) {
    if (config.getContextObject(context) === null)
      throw unusable(`the kubeconfig has no context "${context}"; it has ${namesOf(config) || "none"}`);
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null || cluster.server === "")
    throw unusable(`the context "${config.getCurrentContext()}" names no cluster with a server`);
  if (cluster.proxyUrl?.startsWith("socks"))
    throw unusable(`the cluster "${cluster.name}" is reached over a SOCKS proxy, which is not supported`);
  return {
    url: cluster.server,
    context,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? null,
    proxy: cluster.proxyUrl === undefined ? null : { http: cluster.proxyUrl, https: cluster.proxyUrl, noProxy: [] },
    tls: async () => tlsOf(await optionsOf(config)),
    headers: async () => headersOf(config, await optionsOf(config)),
  };
}

const namesOf = (config: KubeConfig): string =>
  config
    .getContexts()
    .map(({ name }) => name)
    .join(", ");

function loadFiles(config: KubeConfig, files: readonly string[], empty: () => KubeConfig): void {
  files.forEach((file, at) => {
    if (at === 0) config.loadFromFile(file);
    else {
      const more = empty();
      more.loadFromFile(file);
      config.mergeConfig(more, true);
    }
  });
}

/** The library reads token files, and runs the login plugins that a kubeconfig names. */
async function optionsOf(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    throw unusable(`the kubeconfig's login failed: ${messageOf(cause).slice(0, 200)}`, cause);
  }
  return options;
}

const pem = (value: unknown): Buffer | string | undefined =>
  typeof value === "string" || Buffer.isBuffer(value) ? value : undefined;

function tlsOf({ ca, cert, key, servername, rejectUnauthorized }: RequestOptions): TlsMaterial {
  const material = { ca: pem(ca), cert: pem(cert), key: pem(key), servername, rejectUnauthorized };
  return Object.fromEntries(Object.entries(material).filter(([, value]) => value !== undefined)) as TlsMaterial;
}

function headersOf(config: KubeConfig, options: RequestOptions): Record<string, string> {
  const given = Object.entries({ ...(options.headers as Record<string, unknown> | undefined) }).flatMap(
    ([name, value]) => (typeof value === "string" ? [[name.toLowerCase(), value] as const] : []),
  );
  const user = config.getCurrentUser();
  const basic =
    user?.username === undefined || user.username === ""
      ? {}
      : { authorization: `Basic ${Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64")}` };
  return { ...basic, ...Object.fromEntries(given) };
}

const unusable = (what: string, cause?: unknown): IncidentError =>
  new IncidentError("CONFIG", what, {
    hint: "Check KUBECONFIG and KUBERNETES_CONTEXT, or kubeconfig and context in sources:. kubectl config view shows them.",
    cause,
  });
