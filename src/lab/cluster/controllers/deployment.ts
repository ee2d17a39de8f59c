import { isDeepStrictEqual } from "node:util";
import { controllerReference, copyOf, type DeploymentObject, type ReplicaSetObject } from "../objects.ts";
import { byController, type ClusterWrite, type Controller, event, hashOf } from "./controller.ts";
import { deploymentStatus } from "./deployment-status.ts";
import { rollout, scaled } from "./rollout.ts";

export const REVISION = "deployment.kubernetes.io/revision";
const HISTORY = "deployment.kubernetes.io/revision-history";
const HASH_LABEL = "pod-template-hash";
/** Annotations of a Deployment that its ReplicaSets do not get. */
const NOT_COPIED = new Set([REVISION, HISTORY, "kubectl.kubernetes.io/last-applied-configuration"]);

/** Keeps a ReplicaSet for each template of a Deployment, and moves the pods to the newest one. */
export const deployments: Controller = {
  name: "deployment-controller",
  sync(view) {
    const sets = byController(view.list<ReplicaSetObject>("replicasets"));
    return view
      .list<DeploymentObject>("deployments")
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap((deployment) => syncOne(deployment, sets.get(deployment.metadata.uid ?? "") ?? [], view.nowMs));
  },
};

export const revisionOf = ({ metadata }: ReplicaSetObject): number => Number(metadata.annotations?.[REVISION] ?? 0);

function syncOne(deployment: DeploymentObject, owned: readonly ReplicaSetObject[], nowMs: number): ClusterWrite[] {
  const sets = owned.toSorted((a, b) => revisionOf(a) - revisionOf(b));
  const newest = sets.find((set) => isDeepStrictEqual(templateOf(set), plain(deployment.spec.template))) ?? null;
  const status = deploymentStatus(deployment, sets, newest, nowMs);
  const isSeen = sets.every(({ metadata, status: seen }) => seen.observedGeneration === metadata.generation);
  if (deployment.spec.paused === true) return [...(isSeen ? scaled(deployment, sets, newest) : []), status];
  if (newest === null) return [creation(deployment, sets), status];
  return [
    ...revisions(deployment, sets, newest),
    ...(isSeen ? rollout(deployment, sets, newest) : []),
    ...cleanup(deployment, sets, newest),
    status,
  ];
}

const plain = (template: object): unknown => JSON.parse(JSON.stringify(template)) as unknown;

function templateOf({ spec }: ReplicaSetObject): unknown {
  const template = copyOf(spec.template ?? {});
  delete template.metadata?.labels?.[HASH_LABEL];
  return plain(template);
}

const copied = ({ metadata }: DeploymentObject): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key)));

function creation(deployment: DeploymentObject, sets: readonly ReplicaSetObject[]): ClusterWrite {
  const { name, namespace = "" } = deployment.metadata;
  const { template, selector, minReadySeconds } = deployment.spec;
  const label = { [HASH_LABEL]: hashOf(template) };
  const revision = Math.max(0, ...sets.map(revisionOf)) + 1;
  const object = {
    metadata: {
      name: `${name}-${label[HASH_LABEL]}`,
      namespace,
      labels: { ...template.metadata?.labels, ...label },
      annotations: { ...copied(deployment), [REVISION]: String(revision) },
      ownerReferences: [controllerReference(deployment as never)],
    },
    spec: {
      replicas: 0, // the rollout scales it
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...label } },
      template: {
        ...template,
        metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...label } },
      },
    },
  };
  return {
    verb: "create",
    type: "replicasets",
    object,
    onRefused: (why) => [event(deployment, "Warning", "ReplicaSetCreateError", why)],
  };
}

/** The set in use has the highest revision, also after a rollback; the Deployment shows that revision. */
function revisions(deployment: DeploymentObject, sets: readonly ReplicaSetObject[], newest: ReplicaSetObject) {
  const highest = Math.max(0, ...sets.filter((set) => set !== newest).map(revisionOf));
  const revision = revisionOf(newest) > highest ? revisionOf(newest) : highest + 1;
  const set = copyOf(newest);
  const annotations: Record<string, string> = {
    ...set.metadata.annotations,
    ...copied(deployment),
    [REVISION]: String(revision),
  };
  if (revision !== revisionOf(newest) && revisionOf(newest) > 0)
    annotations[HISTORY] = [annotations[HISTORY], revisionOf(newest)].filter(Boolean).join(",");
  set.metadata.annotations = annotations;
  const shown = copyOf(deployment);
  shown.metadata.annotations = { ...shown.metadata.annotations, [REVISION]: String(revision) };
  return [
    { verb: "update", type: "replicasets", object: set },
    { verb: "update", type: "deployments", object: shown },
  ] satisfies ClusterWrite[];
}

/** Old sets without pods beyond the history that is kept. */
function cleanup(deployment: DeploymentObject, sets: readonly ReplicaSetObject[], newest: ReplicaSetObject) {
  const idle = sets.filter((set) => set !== newest && set.spec.replicas === 0 && (set.status.replicas ?? 0) === 0);
  const surplus = Math.max(0, idle.length - (deployment.spec.revisionHistoryLimit ?? 10));
  return idle.slice(0, surplus).map((object): ClusterWrite => ({ verb: "delete", type: "replicasets", object }));
}
