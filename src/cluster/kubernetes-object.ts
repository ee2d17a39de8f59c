import { OBJECTS_TOOL } from "../domain/telemetry.ts";
import { pluralType, type ToolAnswer, isTool } from "./answers.ts";
import { fieldsAt, type JsonFields, fieldListOf, fieldsOf, isFields, textMapOf, textOf, timeOf } from "./fields.ts";

/**
 * One Kubernetes object, as the API gives it. `type`: its kind in plural and lower case (`pods`). `whole`: all fields;
 * read them with the functions of fields.ts. `source`: the query of the answer that held it. `takenMs`: when it was
 * read, Unix milliseconds; null if unknown.
 */
export type KubernetesObject = {
  type: string;
  kind: string;
  name: string;
  namespace: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  owner: { kind: string; name: string } | null;
  createdMs: number | null;
  isDeleted: boolean;
  spec: JsonFields;
  status: JsonFields;
  whole: JsonFields;
  source: string;
  takenMs: number | null;
};

/**
 * A list that was read. `isComplete`: an object of its namespace that it lacks does not exist; "" is all namespaces.
 */
export type ObjectList = { type: string; namespace: string; isComplete: boolean };

const isList = (kind: string): boolean => /^(\w+)?List$/.test(kind);

/** `namespaces`: of all objects, events included. */
export type ReadObjects = { objects: KubernetesObject[]; lists: ObjectList[]; namespaces: ReadonlySet<string> };

/**
 * Reads the objects of all JSON answers, in the order of the answers. `onEvent` gets the events: they are many, and
 * most of each is not needed.
 */
export function readObjects(answers: readonly ToolAnswer[], onEvent: (event: KubernetesObject) => void): ReadObjects {
  const lists: ObjectList[] = [];
  const objects: KubernetesObject[] = [];
  const namespaces = new Set<string>();
  for (const { text, source, type, namespace } of answers.filter((one) => isTool(one, OBJECTS_TOOL.toLowerCase()))) {
    const json = parsedJson(text);
    const { takenAt, isComplete } = fieldsAt(fieldsOf(json), "metadata");
    lists.push({ type, namespace, isComplete: isComplete === true });
    const origin = { type, namespace, source, takenMs: timeOf(takenAt) };
    for (const { item, kind } of itemsOf(json)) {
      const object = objectOf(item, { kind, ...origin });
      if (object === null) continue;
      namespaces.add(object.namespace);
      if (object.type === "events") onEvent(object);
      else objects.push(object);
    }
  }
  return { objects, lists, namespaces };
}

/** A file of several lists nests them in one more; deeper ones are no output of `kubectl`. */
const MAX_DEPTH = 8;

/**
 * The objects of a list, of lists within it, or the object itself. `kind`: that of a typed list, for items without one.
 */
function itemsOf(
  json: unknown,
  listKind: string | null = null,
  depth = 0,
): { item: JsonFields; kind: string | null }[] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(json)) return json.flatMap((one) => itemsOf(one, listKind, depth + 1));
  if (!isFields(json)) return [];
  const kind = textOf(json.kind);
  if (Array.isArray(json.items) && (kind === null || isList(kind))) {
    const itemKind = kind === null || kind === "List" ? listKind : kind.slice(0, -"List".length);
    return json.items.flatMap((item) => itemsOf(item, itemKind, depth + 1));
  }
  return [{ item: json, kind: kind ?? listKind }];
}

type Origin = {
  kind: string | null;
  type: string;
  namespace: string;
  source: string;
  takenMs: number | null;
};

function objectOf(item: JsonFields, origin: Origin): KubernetesObject | null {
  const metadata = fieldsOf(item.metadata);
  const name = textOf(metadata.name);
  const type = origin.kind === null ? origin.type : pluralType(origin.kind);
  if (name === null || name === "" || type === "") return null;
  const owners = fieldListOf(metadata.ownerReferences);
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0];
  return {
    type,
    kind: origin.kind ?? "",
    name,
    namespace: textOf(metadata.namespace) ?? origin.namespace,
    labels: textMapOf(metadata.labels),
    annotations: textMapOf(metadata.annotations),
    owner: owner === undefined ? null : { kind: textOf(owner.kind) ?? "", name: textOf(owner.name) ?? "" },
    createdMs: timeOf(metadata.creationTimestamp),
    isDeleted: timeOf(metadata.deletionTimestamp) !== null,
    spec: fieldsOf(item.spec),
    status: fieldsOf(item.status),
    whole: item,
    source: origin.source,
    takenMs: origin.takenMs,
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null; // an answer that is cut off, or no JSON: it holds no object
  }
}
