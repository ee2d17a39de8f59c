import type { Change } from "../../domain/telemetry.ts";
import { isoTime } from "../../domain/time.ts";
import type { ApiObject } from "./reduce.ts";
import { json, type Json, list, text } from "./written-fields.ts";
import type { Write } from "./writes.ts";

/** Above this number, the change is one of the namespace. */
const MAX_WORKLOADS = 12;

/** `isAtStart`: it reads its configuration when it starts, so a change needs a restart. */
type Workload = { kind: string; namespace: string; name: string; labels: Json; object: ApiObject };
type Concerned = { entity: string; entityKind: string; reader: string | null; isAtStart: boolean };
export type Workloads = Readonly<Record<"deployments" | "statefulsets" | "daemonsets", readonly ApiObject[]>>;

/** What was written to the objects of a cluster, as changes of the workloads that it concerns. */
export function writeChanges(writes: readonly Write[], workloads: Workloads): Change[] {
  const known = [
    ...workloads.deployments.map((one) => workloadOf("deployment", one)),
    ...workloads.statefulsets.map((one) => workloadOf("statefulset", one)),
    ...workloads.daemonsets.map((one) => workloadOf("daemonset", one)),
  ];
  const services = writes.filter(({ kind }) => kind === "Service");
  return writes.flatMap((write) => {
    const near = known.filter(({ namespace }) => namespace === write.namespace);
    return concerned(write, near, services).map(({ entity, entityKind, reader, isAtStart }): Change => {
      const { kind, namespace, name, version, atMs, undo, redo, seen } = write;
      const needsRestart = kind === "ConfigMap" && isAtStart;
      return {
        timeUnixMs: atMs,
        entity,
        entityKind,
        kind: kind === "HorizontalPodAutoscaler" ? "scale" : "config",
        id: `${namespace}/${kind}/${name} written ${isoTime(atMs)}`,
        summary: `${inWords(write)}${needsRestart ? `; ${entity} reads it when it starts` : ""}`,
        written: {
          kind: `${kind.toLowerCase()}${needsRestart ? "-at-start" : ""}`,
          name,
          version,
          ...(reader === null ? {} : { reader }),
          ...(seen === null ? {} : { seen }),
          ...(undo === null || redo === null ? {} : { undo, redo }),
        },
      };
    });
  });
}

function inWords({ kind, name, manager, isNew, fields }: Write): string {
  const what = fields.length === 0 ? "" : `: ${fields.join("; ")}`;
  return `${manager} ${isNew ? "created" : "changed"} ${kind} ${name}${what}`;
}

const workloadOf = (kind: string, object: ApiObject): Workload => {
  const { namespace, name } = json(object.metadata);
  const labels = json(json(json(json(object.spec).template).metadata).labels);
  return { kind, namespace: text(namespace), name: text(name), labels, object };
};

const asConcerned = ({ kind, name }: Workload): Concerned => ({
  entity: name,
  entityKind: "service",
  reader: `${kind}/${name}`,
  isAtStart: false,
});

function concerned(write: Write, near: readonly Workload[], services: readonly Write[]): Concerned[] {
  const { kind, name, namespace, spec, appliedSpec } = write;
  const whole: Concerned = { entity: namespace, entityKind: "namespace", reader: null, isAtStart: false };
  switch (kind) {
    case "ConfigMap":
      return near.flatMap((workload) => {
        const use = useOf(write, workload);
        return use === null ? [] : [{ ...asConcerned(workload), isAtStart: use === "at start" }];
      });
    case "Service": {
      const found = behindService(write, near);
      return found.length > 0
        ? found.map(asConcerned)
        : [{ entity: name, entityKind: "service", reader: null, isAtStart: false }];
    }
    case "NetworkPolicy": {
      const selected = near.filter(({ labels }) =>
        [spec, appliedSpec].some((one) => one.podSelector !== undefined && matches(json(one.podSelector), labels)),
      );
      return selected.length > MAX_WORKLOADS ? [whole] : selected.map(asConcerned);
    }
    case "HorizontalPodAutoscaler": {
      const target = json(spec.scaleTargetRef);
      return near
        .filter((one) => one.kind === text(target.kind).toLowerCase() && one.name === text(target.name))
        .map(asConcerned);
    }
    case "Ingress": {
      const names = new Set(backends(spec));
      const behind = near.filter(
        (one) =>
          names.has(one.name) ||
          services.some((service) => names.has(service.name) && behindService(service, [one]).length > 0),
      );
      return behind.length > MAX_WORKLOADS ? [whole] : behind.map(asConcerned);
    }
    default: {
      const refused = near.filter(({ object }) => isRefusedBy(name, object)).map(asConcerned);
      return [...refused, whole];
    }
  }
}

const behindService = ({ name, spec, appliedSpec }: Write, near: readonly Workload[]): Workload[] => {
  const bySelector = near.filter(({ labels }) =>
    [spec, appliedSpec].some((one) => {
      const selector = Object.entries(json(one.selector));
      return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
    }),
  );
  return bySelector.length > 0 ? bySelector : near.filter((one) => one.name === name);
};

/** How the pods of a workload get what was written to a ConfigMap; null if they do not read it. */
function useOf({ name, keys }: Write, { object }: Workload): "at start" | "as a file" | null {
  const pod = json(json(json(object.spec).template).spec);
  const containers = [...list(pod.initContainers), ...list(pod.containers)];
  const isInEnvironment = containers.some(
    ({ env, envFrom }) =>
      list(envFrom).some((one) => json(one.configMapRef).name === name) ||
      list(env).some((one) => {
        const from = json(json(one.valueFrom).configMapKeyRef);
        return from.name === name && keys.includes(text(from.key));
      }),
  );
  if (isInEnvironment) return "at start";
  const volumes = list(pod.volumes).filter(
    ({ configMap, projected }) =>
      json(configMap).name === name ||
      list(json(projected).sources).some((source) => json(source.configMap).name === name),
  );
  if (volumes.length === 0) return null;
  const mounts = containers.flatMap(({ volumeMounts }) => list(volumeMounts));
  // a mount with a subPath never changes while the container runs
  return mounts.some((mount) => mount.subPath !== undefined && volumes.some((volume) => volume.name === mount.name))
    ? "at start"
    : "as a file";
}

/** A label selector, as Kubernetes reads it: an empty one selects everything. */
function matches({ matchLabels, matchExpressions }: Json, labels: Json): boolean {
  return (
    Object.entries(json(matchLabels)).every(([key, value]) => labels[key] === value) &&
    list(matchExpressions).every(({ key, operator, values }) => {
      const value = labels[text(key)];
      const isListed = Array.isArray(values) && values.includes(value);
      if (operator === "In") return isListed;
      if (operator === "NotIn") return !isListed;
      return operator === "Exists" ? value !== undefined : value === undefined;
    })
  );
}

const backends = ({ rules, defaultBackend }: Json): string[] =>
  [
    json(defaultBackend),
    ...list(rules).flatMap(({ http }) => list(json(http).paths).map(({ backend }) => json(backend))),
  ].map((backend) => text(json(backend.service).name));

/** True if the controller of a workload reports that this quota refused a pod. */
const isRefusedBy = (quota: string, { status }: ApiObject): boolean =>
  list(json(status).conditions).some(
    ({ type, status: state, message }) =>
      type === "ReplicaFailure" &&
      state === "True" &&
      text(message)
        .split(/[\s:,"]+/)
        .includes(quota),
  );
