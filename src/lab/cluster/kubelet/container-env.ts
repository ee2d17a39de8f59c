import type { V1Container } from "@kubernetes/client-node";
import { kindOfType } from "../kinds.ts";
import type { ConfigMapObject, PodObject, SecretObject, Stored } from "../objects.ts";
import type { Store } from "../store.ts";

/** What a container gets from outside of its image; or the ConfigMap, Secret or key that is missing. */
export type ContainerInputs =
  | { ok: true; env: Record<string, string>; files: Record<string, string> }
  | { ok: false; why: string };

class MissingInput extends Error {}
type Reference = { kind: "configmap" | "secret"; name: string; isOptional: boolean };
type Read = (reference: Reference) => Readonly<Record<string, string>> | null;

/** Resolves the environment and the mounted files of a container. Files do not follow later changes. */
export function containerInputs(store: Store, pod: PodObject, container: Stored<V1Container>): ContainerInputs {
  const namespace = pod.metadata.namespace ?? null;
  const read: Read = ({ kind, name, isOptional }) => {
    const found = store.get(kindOfType(`${kind}s`), namespace, name);
    if (found === null && !isOptional) throw new MissingInput(`${kind} "${name}" not found`);
    if (found === null) return null;
    const { data = {} } = found as ConfigMapObject | SecretObject;
    if (kind === "configmap") return data;
    return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64").toString()]));
  };
  try {
    return { ok: true, env: environment(pod, container, read), files: mountedFiles(pod, container, read) };
  } catch (error) {
    if (error instanceof MissingInput) return { ok: false, why: error.message };
    throw error;
  }
}

function keyOf(read: Read, reference: Reference, key: string, place: string | undefined): string | null {
  const data = read(reference);
  const value = data?.[key];
  if (value === undefined && !reference.isOptional)
    throw new MissingInput(
      `couldn't find key ${key} in ${reference.kind === "secret" ? "Secret" : "ConfigMap"} ${place}/${reference.name}`,
    );
  return value ?? null;
}

function environment(pod: PodObject, container: Stored<V1Container>, read: Read): Record<string, string> {
  const env: Record<string, string> = {};
  const place = pod.metadata.namespace;
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const ref = configMapRef ?? secretRef;
    if (ref?.name === undefined) continue;
    const data = read({
      kind: configMapRef ? "configmap" : "secret",
      name: ref.name,
      isOptional: ref.optional === true,
    });
    for (const [key, value] of Object.entries(data ?? {})) env[prefix + key] = value;
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom ?? {};
    const ref = configMapKeyRef ?? secretKeyRef;
    if (ref !== undefined) {
      const kind = configMapKeyRef ? "configmap" : "secret";
      const found = keyOf(read, { kind, name: ref.name ?? "", isOptional: ref.optional === true }, ref.key, place);
      if (found !== null) env[name] = found;
    } else if (fieldRef !== undefined) env[name] = fieldOf(pod, fieldRef.fieldPath);
    else if (resourceFieldRef !== undefined) {
      const [side = "", resource = ""] = resourceFieldRef.resource.split(".");
      env[name] = container.resources?.[side as "limits"]?.[resource] ?? "";
    } else env[name] = (value ?? "").replace(/\$\(([^)]+)\)/g, (whole, other: string) => env[other] ?? whole);
  }
  return env;
}

function fieldOf(pod: PodObject, path: string): string {
  const entry = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (entry !== null) return pod.metadata[entry[1] as "labels"]?.[entry[2] ?? ""] ?? "";
  let at: unknown = pod;
  for (const key of path.split(".")) at = (at as Record<string, unknown> | undefined)?.[key];
  return typeof at === "string" ? at : "";
}

function mountedFiles(pod: PodObject, container: Stored<V1Container>, read: Read): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((one) => one.name === name);
    const source = volume?.configMap ?? volume?.secret;
    const from = volume?.configMap?.name ?? volume?.secret?.secretName;
    if (source === undefined || from === undefined) continue;
    const data = read({
      kind: volume?.configMap ? "configmap" : "secret",
      name: from,
      isOptional: source.optional === true,
    });
    const items = source.items ?? Object.keys(data ?? {}).map((key) => ({ key, path: key }));
    for (const { key, path } of items) {
      const content = data?.[key];
      if (content === undefined) continue;
      if (subPath === undefined) files[`${mountPath}/${path}`] = content;
      else if (subPath === path) files[mountPath] = content;
    }
  }
  return files;
}
