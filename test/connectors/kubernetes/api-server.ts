import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** kubectl sends tokens over TLS only. `CA_FILE`: the authority of the server's certificate. */
const CERTIFICATES = join(import.meta.dirname, "../http/certificates");
export const CA_FILE = join(CERTIFICATES, "ca.pem");

/** An object as the API gives it. */
export type RecordedObject = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string } & Record<string, unknown>;
} & Record<string, unknown>;

type ServedType = { group: string; type: string; kind: string; isNamespaced: boolean };

const types = (group: string, isNamespaced: boolean, names: string): ServedType[] =>
  names.split(" ").map((kind) => ({ group, type: typeOf(kind), kind, isNamespaced }));

const typeOf = (kind: string): string => {
  const lower = kind.toLowerCase();
  if (lower === "endpoints") return lower;
  return /(s|x)$/.test(lower) ? `${lower}es` : lower.endsWith("cy") ? `${lower.slice(0, -1)}ies` : `${lower}s`;
};

/** What a usual cluster serves. */
const SERVED: readonly ServedType[] = [
  ...types(
    "/api/v1",
    true,
    "Pod Event Service Endpoints ConfigMap Secret PersistentVolumeClaim ResourceQuota LimitRange",
  ),
  ...types("/api/v1", false, "Node Namespace PersistentVolume"),
  ...types("/apis/apps/v1", true, "Deployment ReplicaSet StatefulSet DaemonSet ControllerRevision"),
  ...types("/apis/batch/v1", true, "Job CronJob"),
  ...types("/apis/autoscaling/v2", true, "HorizontalPodAutoscaler"),
  ...types("/apis/policy/v1", true, "PodDisruptionBudget"),
  ...types("/apis/networking.k8s.io/v1", true, "Ingress NetworkPolicy"),
  ...types("/apis/networking.k8s.io/v1", false, "IngressClass"),
  ...types("/apis/storage.k8s.io/v1", false, "StorageClass"),
  ...types("/apis/discovery.k8s.io/v1", true, "EndpointSlice"),
  ...types(
    "/apis/admissionregistration.k8s.io/v1",
    false,
    "ValidatingWebhookConfiguration MutatingWebhookConfiguration",
  ),
];

/** What clusters with Flux and Argo CD serve, too. */
const DELIVERY: readonly ServedType[] = [
  ...types("/apis/kustomize.toolkit.fluxcd.io/v1", true, "Kustomization"),
  ...types("/apis/helm.toolkit.fluxcd.io/v2", true, "HelmRelease"),
  ...types("/apis/argoproj.io/v1alpha1", true, "Application"),
];

/**
 * `hasDelivery`: Flux and Argo CD are installed.
 * `forbids`: whether the user may not list a type in a namespace (null: in all). `pageSize`: objects in one answer at most.
 */
export type ApiServerOptions = {
  objects: readonly RecordedObject[];
  hasDelivery?: boolean;
  pageSize?: number;
  delayMs?: number;
  token?: string;
  forbids?: (type: string, namespace: string | null) => boolean;
  /** Refuses this many requests for a next page, because the list has expired. */
  expiredPages?: number;
  /** Answers before the usual ones; true if it did. */
  intercept?: (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;
  logs?: Readonly<Record<string, string>>;
};

/** Each request that arrived, as `GET /path?query`. */
export type ApiServer = { url: string; requests: string[]; close(): Promise<void> };

/**
 * A Kubernetes API server over recorded objects, as far as reading goes: discovery, objects, lists in pages
 * (`limit`, `continue`), field selectors on names, and permissions. Both kubectl and our client can ask it.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { delayMs = 0, token, intercept, logs = {} } = options;
  const requests: string[] = [];
  const allServed = options.hasDelivery === true ? [...SERVED, ...DELIVERY] : SERVED;
  const byType = Map.groupBy(options.objects, ({ kind }) => kind);
  let expired = options.expiredPages ?? 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://server");
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    if (delayMs > 0) await sleep(delayMs);
    if (intercept?.(request, response, url) === true) return;
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return send(response, 401, status(401, "Unauthorized", "Unauthorized"));
    if (request.method !== "GET")
      return send(response, 405, status(405, "MethodNotAllowed", "this server only answers reads"));
    const discovered = discovery(url.pathname, allServed);
    if (discovered !== null) return send(response, 200, discovered);
    const log = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/log$/.exec(url.pathname);
    if (log !== null) {
      const text = logs[`${log[1]}/${log[2]}/${url.searchParams.get("container")}`];
      if (text === undefined)
        return send(response, 400, status(400, "BadRequest", "previous terminated container not found"));
      response.writeHead(200, { "content-type": "text/plain" }).end(text);
      return undefined;
    }
    return list(response, url);
  }

  function list(response: ServerResponse, url: URL): void {
    const path = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\/(?:namespaces\/([^/]+)\/)?([^/]+)(?:\/([^/]+))?$/.exec(
      url.pathname,
    );
    const [, group = "", namespace, type = "", name] = path ?? [];
    const served = allServed.find((one) => one.group === group && one.type === type);
    if (served === undefined) return void response.writeHead(404).end("404 page not found\n");
    if (options.forbids?.(type, namespace ?? null) === true) {
      const where = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
      const message = `${type} is forbidden: User "viewer" cannot list resource "${type}" in API group "" ${where}`;
      return send(response, 403, status(403, "Forbidden", message));
    }
    const all = (byType.get(served.kind) ?? []).filter(
      ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
    );
    if (name !== undefined) {
      const found = all.find(({ metadata }) => metadata.name === name);
      return found === undefined
        ? send(response, 404, status(404, "NotFound", `${type} "${name}" not found`))
        : send(response, 200, found);
    }
    const selected = all.filter((one) => matches(one, url));
    const offset = Number(url.searchParams.get("continue") ?? 0);
    if (offset > 0 && expired > 0) {
      expired -= 1;
      return send(response, 410, status(410, "Expired", "The provided continue parameter is too old"));
    }
    const limit = Math.min(Number(url.searchParams.get("limit") ?? Infinity) || Infinity, options.pageSize ?? Infinity);
    const items = selected.slice(offset, offset + limit);
    const next = offset + items.length;
    const left = selected.length - next;
    const metadata = {
      resourceVersion: "1",
      ...(left > 0 ? { continue: String(next), remainingItemCount: left } : {}),
    };
    // items of a list have no kind of their own
    const plain = items.map(({ apiVersion: _version, kind: _kind, ...item }) => item);
    const apiVersion = group.replace(/^\/apis?\//, "");
    return send(response, 200, { kind: `${served.kind}List`, apiVersion, metadata, items: plain });
  }

  const tls = {
    cert: readFileSync(join(CERTIFICATES, "server.pem")),
    key: readFileSync(join(CERTIFICATES, "server.key")),
  };
  const server = createServer(tls, (request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function send(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const status = (code: number, reason: string, message: string): object => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Failure",
  message,
  reason,
  code,
});

/** The selectors that `kubectl describe` uses to find an object's events. */
function matches(object: RecordedObject, url: URL): boolean {
  const selector = url.searchParams.get("fieldSelector") ?? "";
  const labels = url.searchParams.get("labelSelector") ?? "";
  const isLabelled = labels.split(",").every((pair) => {
    const [key = "", value] = pair.split("=");
    return pair === "" || (object.metadata.labels as Record<string, string> | undefined)?.[key] === value;
  });
  return (
    isLabelled &&
    selector.split(",").every((pair) => {
      const [path = "", value = ""] = pair.split("=");
      if (path === "") return true;
      const found = path
        .split(".")
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object);
      return String(found ?? "") === value;
    })
  );
}

function discovery(path: string, allServed: readonly ServedType[]): object | null {
  if (path === "/version") return { major: "1", minor: "32", gitVersion: "v1.32.0" };
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"] };
  const groups = [...new Set(allServed.map(({ group }) => group).filter((group) => group !== "/api/v1"))];
  if (path === "/apis")
    return {
      kind: "APIGroupList",
      apiVersion: "v1",
      groups: groups.map((group) => {
        const groupVersion = group.slice("/apis/".length);
        const [name = "", version = ""] = groupVersion.split("/");
        const preferredVersion = { groupVersion, version };
        return { name, versions: [preferredVersion], preferredVersion };
      }),
    };
  if (path !== "/api/v1" && !groups.includes(path)) return null;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: path.replace(/^\/apis?\//, ""),
    resources: allServed
      .filter(({ group }) => group === path)
      .map(({ type, kind, isNamespaced }) => ({
        name: type,
        singularName: kind.toLowerCase(),
        kind,
        namespaced: isNamespaced,
        verbs: ["get", "list"],
      })),
  };
}
