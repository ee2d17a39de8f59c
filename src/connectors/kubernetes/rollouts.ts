import type { Change } from "../../domain/telemetry.ts";
import { deploymentOfReplicaSet } from "../../domain/pod-names.ts";
import type { ApiObject } from "./reduce.ts";

/** Types whose objects hold the history of rollouts. */
export const ROLLOUT_TYPES = ["deployments", "replicasets", "controllerrevisions"] as const;
type RolloutObjects = Readonly<Record<(typeof ROLLOUT_TYPES)[number], readonly ApiObject[]>>;

const REVISION = "deployment.kubernetes.io/revision";
const CHANGE_CAUSE = "kubernetes.io/change-cause";
const RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

type Json = Readonly<Record<string, unknown>>;
const json = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(json) : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** One version of a workload's pod template. */
type Revision = {
  workload: string;
  kind: string;
  namespace: string;
  number: number;
  createdMs: number;
  cause: string;
  template: Json;
};

/**
 * The rollouts of workloads, from their ReplicaSets and ControllerRevisions: each revision is a change, dated by the
 * creation of its object, with what it alters. A revision that was rolled back to keeps its old object: it is dated by
 * the deployment's last progress.
 */
export function rolloutChanges({ deployments, replicasets, controllerrevisions }: RolloutObjects): Change[] {
  const progressMs = new Map(deployments.map((one) => [keyOf(one), lastProgressMs(one)]));
  const revisions = [...replicasets.flatMap(ofReplicaSet), ...controllerrevisions.flatMap(ofControllerRevision)];
  const byWorkload = Map.groupBy(revisions, ({ kind, namespace, workload }) => `${kind} ${namespace}/${workload}`);
  return [...byWorkload.values()]
    .flatMap((all) => {
      const inOrder = all.toSorted((a, b) => a.number - b.number);
      return inOrder.map((revision, at): Change => {
        const before = inOrder[at - 1];
        const { workload, kind, namespace, number, cause } = revision;
        const isRollback = before !== undefined && revision.createdMs < before.createdMs;
        const atMs = (isRollback ? progressMs.get(`${namespace}/${workload}`) : null) ?? revision.createdMs;
        const altered = before === undefined ? null : difference(before.template, revision.template);
        return {
          timeUnixMs: Math.max(atMs, isRollback ? before.createdMs : atMs),
          entity: workload,
          kind: altered === null || altered.hasNewImage ? "deploy" : "config",
          id: `${namespace}/${kind}/${workload} revision ${number}`,
          summary:
            [
              isRollback ? "rolled back" : null,
              altered === null ? firstImages(revision.template) : altered.text,
              cause === "" ? null : cause.slice(0, 300),
            ]
              .filter((part) => part !== null && part !== "")
              .join("; ") || null,
        };
      });
    })
    .toSorted((a, b) => a.timeUnixMs - b.timeUnixMs || (a.id < b.id ? -1 : 1));
}

const keyOf = ({ metadata }: ApiObject): string => `${text(json(metadata).namespace)}/${text(json(metadata).name)}`;

function lastProgressMs({ status }: ApiObject): number | null {
  const progressing = list(json(status).conditions).find(({ type }) => type === "Progressing");
  const ms = Date.parse(text(progressing?.lastUpdateTime));
  return Number.isNaN(ms) ? null : ms;
}

function ofReplicaSet({ metadata, spec }: ApiObject): Revision[] {
  const { name, namespace, creationTimestamp, annotations, ownerReferences } = json(metadata);
  const owner = list(ownerReferences).find(({ kind }) => kind === "Deployment");
  const number = Number(json(annotations)[REVISION]);
  const createdMs = Date.parse(text(creationTimestamp));
  if (!Number.isInteger(number) || Number.isNaN(createdMs)) return [];
  const workload = owner === undefined ? deploymentOfReplicaSet(text(name)) : text(owner.name);
  const cause = text(json(annotations)[CHANGE_CAUSE]);
  const template = json(json(spec).template);
  return [{ workload, kind: "Deployment", namespace: text(namespace), number, createdMs, cause, template }];
}

function ofControllerRevision({ metadata, data, revision }: ApiObject): Revision[] {
  const { namespace, creationTimestamp, annotations, ownerReferences } = json(metadata);
  const [owner] = list(ownerReferences);
  const createdMs = Date.parse(text(creationTimestamp));
  if (owner === undefined || typeof revision !== "number" || Number.isNaN(createdMs)) return [];
  return [
    {
      workload: text(owner.name),
      kind: text(owner.kind),
      namespace: text(namespace),
      number: revision,
      createdMs,
      cause: text(json(annotations)[CHANGE_CAUSE]),
      template: json(json(json(data).spec).template),
    },
  ];
}

const imagesOf = (template: Json): Map<string, string> =>
  new Map(
    [...list(json(template.spec).initContainers), ...list(json(template.spec).containers)].map((one) => [
      text(one.name),
      text(one.image),
    ]),
  );

const firstImages = (template: Json): string => `created with ${[...imagesOf(template).values()].join(", ")}`;

/** Paths of a template that differ, and whether an image does. */
function difference(before: Json, after: Json): { text: string; hasNewImage: boolean } {
  const [old, now] = [imagesOf(before), imagesOf(after)];
  const images = [...now].flatMap(([name, image]) => {
    const was = old.get(name);
    return was === image ? [] : [`image of ${name}: ${was ?? "none"} → ${image}`];
  });
  if (images.length > 0) return { text: images.join("; "), hasNewImage: true };
  const paths = [...alteredPaths(before, after, "")].filter((path) => !path.includes("pod-template-hash"));
  const isRestart = paths.length > 0 && paths.every((path) => path.includes(RESTARTED_AT));
  return { text: isRestart ? "restarted" : `changed: ${paths.slice(0, 8).join(", ")}`, hasNewImage: false };
}

/** Dotted paths of the values that differ; items of named lists by their name. */
function* alteredPaths(before: unknown, after: unknown, path: string): Generator<string> {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  // the first restart of a workload adds the first annotation
  const missing = path.endsWith("annotations") ? {} : undefined;
  const [old, now] = [named(before ?? missing), named(after ?? missing)];
  if (old === null || now === null || path.split(".").length > 8) yield path === "" ? "everything" : path;
  else
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)]))
      yield* alteredPaths(old[key], now[key], path === "" ? key : `${path}.${key}`);
}

/** The fields of an object, or the items of a list by their names. */
function named(value: unknown): Json | null {
  if (Array.isArray(value))
    return Object.fromEntries(value.map((item, at) => [text(json(item).name) || String(at), item as unknown]));
  return typeof value === "object" && value !== null ? (value as Json) : null;
}
