import * as client from "@kubernetes/client-node";
import { isObject } from "./merge-patch.ts";

/** A field that does not fit the schema. `path`: such as `spec.template.spec.containers[0].image`. */
export type FieldFault = { path: string; why: "unknown" | "mistyped"; wanted: string; found: string };

type Field = { baseName: string; type: string };
type Model = { getAttributeTypeMap: () => readonly Field[] };

/** The fields of a type of the Kubernetes client; null if it has no such type. */
export function fieldsOf(model: string): readonly Field[] | null {
  const found: unknown = (client as Record<string, unknown>)[model];
  return typeof found === "function" && "getAttributeTypeMap" in found
    ? (found as unknown as Model).getAttributeTypeMap()
    : null;
}

/** Maps of quantities, which are also written as numbers. */
const QUANTITIES = /(^|\.)(limits|requests|hard|used|capacity|allocatable|default|defaultRequest|min|max)$/;
/** Types that hold JSON of any form. */
const ANY = new Set(["any", "IntOrString", "object", "Quantity"]);

/**
 * Compares an object with the schema: the types of the Kubernetes client, which are made from the API's OpenAPI.
 *
 * @param model such as `V1Deployment`.
 * @returns all faults; an empty list if it fits.
 */
export function schemaFaults(model: string, value: unknown, path = ""): FieldFault[] {
  const fields = fieldsOf(model);
  if (fields === null) return [];
  if (!isObject(value)) return [{ path, why: "mistyped", wanted: "object", found: foundType(value) }];
  return Object.entries(value).flatMap(([key, part]): FieldFault[] => {
    const at = path === "" ? key : `${path}.${key}`;
    const field = fields.find(({ baseName }) => baseName === key);
    if (field === undefined) return [{ path: at, why: "unknown", wanted: "", found: "" }];
    return part === null || part === undefined ? [] : valueFaults(field.type, part, at);
  });
}

function valueFaults(type: string, value: unknown, path: string): FieldFault[] {
  const element = /^Array<(.*)>$/.exec(type)?.[1];
  if (element !== undefined) {
    if (!Array.isArray(value)) return [{ path, why: "mistyped", wanted: "list", found: foundType(value) }];
    return value.flatMap((one, i) => valueFaults(element, one, `${path}[${i}]`));
  }
  const entry = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (entry !== undefined) {
    if (!isObject(value)) return [{ path, why: "mistyped", wanted: "map", found: foundType(value) }];
    return Object.entries(value).flatMap(([key, one]) =>
      QUANTITIES.test(path) && typeof one === "number" ? [] : valueFaults(entry, one, `${path}.${key}`),
    );
  }
  const wanted = { Date: "string", V1MicroTime: "string" }[type] ?? type;
  if (ANY.has(wanted)) return [];
  if (["string", "number", "boolean"].includes(wanted))
    return typeof value === wanted ? [] : [{ path, why: "mistyped", wanted, found: foundType(value) }];
  return schemaFaults(wanted, value, path);
}

const foundType = (value: unknown): string => (Array.isArray(value) ? "list" : typeof value);
