import { isTool, type ToolAnswer } from "./answers.ts";
import { fieldsAt, type JsonFields, fieldListOf, fieldsOf, textOf } from "./fields.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { Manifest, parseManifests } from "./manifest.ts";
import type { ManifestOf } from "./state.ts";

const WORKLOAD_TYPES = new Set(["deployments", "statefulsets", "daemonsets"]);

/**
 * Reads what is declared: YAML that somebody wrote, and the specifications that the API keeps. A ConfigMap belongs to
 * each workload that uses it.
 */
export function readManifests(answers: readonly ToolAnswer[], objects: readonly KubernetesObject[]): ManifestOf[] {
  const configMaps = new Map(
    objects.filter(({ type }) => type === "configmaps").map((one) => [`${one.namespace}/${one.name}`, one]),
  );
  return [
    ...answers
      .filter((one) => isTool(one, "yaml"))
      .map(({ name, source, text }) => ({ app: name, source, objects: parseManifests(text) })),
    ...objects
      .filter(({ type }) => WORKLOAD_TYPES.has(type))
      .map((workload) => {
        const used = configMapsOf(fieldsAt(workload.spec, "template", "spec"));
        return {
          app: workload.name,
          source: workload.source,
          objects: [
            ...declared(workload),
            ...used.flatMap((name) => {
              const found = configMaps.get(`${workload.namespace}/${name}`);
              return found === undefined ? [] : declared(found);
            }),
          ],
        };
      }),
    ...objects
      .filter(({ type }) => type === "persistentvolumeclaims")
      .map((claim) => ({ app: claim.name, source: claim.source, objects: declared(claim) })),
  ];
}

/** Items of a list may lack their kind. */
function declared({ kind, whole }: KubernetesObject): Manifest[] {
  const parsed = Manifest.safeParse({ ...whole, kind });
  return parsed.success ? [parsed.data] : [];
}

/** The names of the ConfigMaps that a pod's `spec` reads variables or files from. */
function configMapsOf(spec: JsonFields): string[] {
  const containers = [...fieldListOf(spec.initContainers), ...fieldListOf(spec.containers)];
  const references = [
    ...containers.flatMap(({ envFrom }) => fieldListOf(envFrom).map((one) => one.configMapRef)),
    ...containers.flatMap(({ env }) => fieldListOf(env).map((one) => fieldsAt(one, "valueFrom", "configMapKeyRef"))),
    ...fieldListOf(spec.volumes).map((volume) => volume.configMap),
  ];
  return [...new Set(references.flatMap((one) => textOf(fieldsOf(one).name) ?? []))];
}
