import { delimiter } from "node:path";
import { z } from "zod";
import type { KubernetesAccess } from "../../connectors/kubernetes/access.ts";
import type { PageTemplates } from "../../connectors/link.ts";
import type { QueryLimits } from "../../connectors/http/query-limits.ts";
import { IncidentError } from "../../domain/errors.ts";
import { type Env, fromEnv, set } from "../env.ts";
import { PagesFile, readPages } from "./links.ts";
import { BACKEND_KEYS, limitsOf } from "./settings.ts";

const Namespace = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "is not the name of a namespace");

/** A Kubernetes cluster, reached as kubectl reaches it. */
export const KubernetesFile = z.strictObject({
  kind: z.literal("kubernetes"),
  name: BACKEND_KEYS.name,
  /** Paths of files, separated as in KUBECONFIG. */
  kubeconfig: z.string().min(1).optional(),
  context: z.string().min(1).optional(),
  /** True: as the service account of the pod that Causeway runs in. */
  inCluster: z.boolean().optional(),
  /** The namespaces to read; all that its user may read unless given. */
  namespaces: z.array(Namespace).optional(),
  timeoutMs: BACKEND_KEYS.timeoutMs,
  limits: BACKEND_KEYS.limits,
  links: PagesFile.optional(),
});
type KubernetesFile = z.infer<typeof KubernetesFile>;

/** How to read one cluster. It holds no secrets: they stay in the kubeconfig. */
export type KubernetesConfig = KubernetesAccess & {
  kind: "kubernetes";
  name: string;
  namespaces: readonly string[];
  timeoutMs: number;
  limits: QueryLimits;
  pages: PageTemplates;
  settings: { address: string; credentials: string };
};

const TIMEOUT_MS = 60_000;
/** A list of a large cluster has many pages. */
const QUERIES = 500;

/** @throws {IncidentError} CONFIG if a namespace is no name. */
export function kubernetesFromEnv(env: Env): KubernetesFile | undefined {
  const kubeconfig = set(env.KUBECONFIG);
  const inCluster = fromEnv(env, "KUBERNETES_IN_CLUSTER", z.stringbool());
  if (kubeconfig === undefined && inCluster !== true) return undefined;
  const context = set(env.KUBERNETES_CONTEXT);
  const namespaces = set(env.KUBERNETES_NAMESPACES)
    ?.split(/[\s,]+/)
    .filter((one) => one !== "");
  const parsed = KubernetesFile.safeParse({
    kind: "kubernetes",
    ...(inCluster === true ? { inCluster } : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    ...(namespaces === undefined ? {} : { namespaces }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new IncidentError("CONFIG", `KUBERNETES_NAMESPACES is not valid: ${issue?.message ?? ""}`, {
    hint: "Give names of namespaces, separated by commas.",
  });
}

/** @throws {IncidentError} CONFIG for a kubeconfig together with `inCluster`. */
export function readKubernetes(file: KubernetesFile, place: string): KubernetesConfig {
  const { kubeconfig, context = null, inCluster = false, namespaces = [], timeoutMs = TIMEOUT_MS } = file;
  if (inCluster && (kubeconfig !== undefined || context !== null))
    throw new IncidentError("CONFIG", `${place} has inCluster together with a kubeconfig or a context`, {
      hint: "Set one of them.",
    });
  const isFile = place.startsWith("sources[");
  const setting = isFile ? `${place}.kubeconfig` : "KUBECONFIG";
  return {
    kind: "kubernetes",
    name: file.name ?? "kubernetes",
    kubeconfig: (kubeconfig ?? "").split(delimiter).filter((path) => path !== ""),
    isInCluster: inCluster,
    context,
    namespaces: [...new Set(namespaces)],
    timeoutMs,
    limits: limitsOf({ queries: QUERIES, ...file.limits }),
    pages: readPages(file.links),
    settings: { address: setting, credentials: `the user that ${setting} names` },
  };
}
