import { isDeepStrictEqual } from "node:util";
import type { V1Container, V1PodTemplateSpec, V1Probe } from "@kubernetes/client-node";
import type { ClusterObject, DeploymentObject, PodObject, ServiceObject, Stored } from "../objects.ts";
import { fitsSelector } from "../selectors.ts";
import { quantity } from "./quantity.ts";

/** What is wrong with a field, in the words of Kubernetes. */
export type FieldCause = { reason: string; field: string; message: string };

const bad = (field: string, value: unknown, why: string): FieldCause => ({
  reason: "FieldValueInvalid",
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
});
const required = (field: string, why = ""): FieldCause => ({
  reason: "FieldValueRequired",
  field,
  message: `Required value${why === "" ? "" : `: ${why}`}`,
});

/** RFC 1123, as names of most kinds must be. Names of RBAC may hold colons. */
const NAME = /^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$/;
const NAME_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character";

/**
 * Checks an object as Kubernetes would before it is stored, for the rules that operators meet.
 *
 * @param before the stored object; null for a new one.
 */
export function fieldCauses(object: ClusterObject, before: ClusterObject | null): FieldCause[] {
  const { name } = object.metadata;
  return [
    ...(NAME.test(name) && name.length <= 253 ? [] : [bad("metadata.name", name, NAME_RULE)]),
    ...(CHECKS[object.kind]?.(object as never, before as never) ?? []),
  ];
}

const CHECKS: Readonly<Record<string, (object: never, before: never) => FieldCause[]>> = {
  Pod({ spec }: PodObject, before: PodObject | null) {
    if (before === null) return containerCauses("spec", spec.containers ?? []);
    return isDeepStrictEqual(mutable(spec), mutable(before.spec))
      ? []
      : [
          {
            reason: "FieldValueForbidden",
            field: "spec",
            message:
              "Forbidden: pod updates may not change fields other than `spec.containers[*].image`," +
              "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to " +
              "existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was " +
              "previously negative)",
          },
        ];
  },
  Deployment: workload,
  ReplicaSet: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  Job({ spec }: { spec: { template: Stored<V1PodTemplateSpec> } }) {
    return containerCauses("spec.template.spec", spec.template.spec?.containers ?? []);
  },
  Service({ spec }: ServiceObject) {
    if (spec.type === "ExternalName") return [];
    const ports = spec.ports ?? [];
    if (ports.length === 0 && spec.clusterIP !== "None") return [required("spec.ports")];
    return ports.flatMap(({ port, targetPort, name }, i) => [
      ...portCauses(`spec.ports[${i}].port`, port),
      ...portCauses(`spec.ports[${i}].targetPort`, targetPort ?? port),
      ...(ports.length > 1 && name === undefined ? [required(`spec.ports[${i}].name`)] : []),
    ]);
  },
  HorizontalPodAutoscaler({ spec }: { spec: { minReplicas?: number; maxReplicas: number } }) {
    const { minReplicas = 1, maxReplicas } = spec;
    if (maxReplicas >= minReplicas) return [];
    return [bad("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`")];
  },
};

function workload({ spec }: DeploymentObject, before: DeploymentObject | null): FieldCause[] {
  const { selector, template, replicas = 1 } = spec;
  const labels = template.metadata?.labels ?? {};
  const unfit = "`selector` does not match template `labels`";
  return [
    ...(replicas < 0 ? [bad("spec.replicas", replicas, "must be greater than or equal to 0")] : []),
    ...(fitsSelector(selector, labels) ? [] : [bad("spec.template.metadata.labels", labels, unfit)]),
    ...(before !== null && !isDeepStrictEqual(before.spec.selector, selector)
      ? [bad("spec.selector", selector, "field is immutable")]
      : []),
    ...containerCauses("spec.template.spec", template.spec?.containers ?? []),
    ...containerCauses("spec.template.spec", template.spec?.initContainers ?? [], "initContainers"),
  ];
}

function containerCauses(path: string, containers: readonly Stored<V1Container>[], list = "containers"): FieldCause[] {
  if (containers.length === 0) return list === "containers" ? [required(`${path}.containers`)] : [];
  return containers.flatMap(({ name, image, resources, ports = [], ...container }, i) => {
    const at = `${path}.${list}[${i}]`;
    return [
      ...(name === "" || name === undefined ? [required(`${at}.name`)] : []),
      ...((image ?? "") === "" ? [required(`${at}.image`)] : []),
      ...ports.flatMap(({ containerPort }, p) => portCauses(`${at}.ports[${p}].containerPort`, containerPort)),
      ...["livenessProbe", "readinessProbe", "startupProbe"].flatMap((probe) =>
        probeCauses(`${at}.${probe}`, container[probe as "livenessProbe"]),
      ),
      ...resourceCauses(`${at}.resources`, resources?.limits ?? {}, resources?.requests ?? {}),
    ];
  });
}

function resourceCauses(
  at: string,
  limits: Readonly<Record<string, string>>,
  requests: Readonly<Record<string, string>>,
): FieldCause[] {
  const unreadable = (part: string, values: Readonly<Record<string, string>>): FieldCause[] =>
    Object.entries(values).flatMap(([name, value]) =>
      quantity(value) === null
        ? [bad(`${at}.${part}[${name}]`, value, "quantities must match the regular expression")]
        : [],
    );
  return [
    ...unreadable("limits", limits),
    ...unreadable("requests", requests),
    ...Object.entries(requests).flatMap(([name, value]) => {
      const limit = limits[name];
      if (limit === undefined || (quantity(value) ?? 0) <= (quantity(limit) ?? 0)) return [];
      return [bad(`${at}.requests`, value, `must be less than or equal to ${name} limit of ${limit}`)];
    }),
  ];
}

function probeCauses(at: string, probe: Stored<V1Probe> | undefined): FieldCause[] {
  if (probe === undefined) return [];
  const counts = ["timeoutSeconds", "periodSeconds", "failureThreshold", "initialDelaySeconds"] as const;
  const action = probe.httpGet ?? probe.tcpSocket;
  return [
    ...counts.flatMap((name) =>
      (probe[name] ?? 1) < 0 ? [bad(`${at}.${name}`, probe[name], "must be greater than or equal to 0")] : [],
    ),
    ...(action === undefined ? [] : portCauses(`${at}.${probe.httpGet ? "httpGet" : "tcpSocket"}.port`, action.port)),
  ];
}

function portCauses(at: string, port: unknown): FieldCause[] {
  if (typeof port === "string" && /^[a-z0-9-]{1,15}$/.test(port) && /[a-z]/.test(port)) return [];
  const isPort = typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535;
  return isPort ? [] : [bad(at, port, "must be between 1 and 65535, inclusive")];
}

/** A pod's spec without what an update may change. */
const mutable = ({ containers, initContainers, tolerations: _tolerations, ...spec }: PodObject["spec"]) => {
  const plain = (list: typeof containers = []) => list.map(({ image: _image, ...container }) => container);
  return { ...spec, nodeName: "", containers: plain(containers), initContainers: plain(initContainers) };
};
