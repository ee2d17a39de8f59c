import type { V1LabelSelector } from "@kubernetes/client-node";
import { ApiFailure } from "./api-failure.ts";
import type { ClusterObject } from "./objects.ts";

export type LabelPairs = Readonly<Record<string, string>>;
type Requirement = (labels: LabelPairs) => boolean;

/** Splits at commas outside of parentheses. */
const partsOf = (selector: string): string[] =>
  selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "");

/**
 * Reads a label selector of a query, such as `app=cart,tier in (web,api),!canary`.
 *
 * @throws {ApiFailure} BadRequest if it is not one.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#list-and-watch-filtering
 */
export function labelSelector(text: string): Requirement {
  const requirements = partsOf(text).map(labelRequirement);
  return (labels) => requirements.every((holds) => holds(labels));
}

function labelRequirement(part: string): Requirement {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
  if (set !== null) {
    const [, key = "", operator, list = ""] = set;
    const values = list.split(",").map((value) => value.trim());
    return (labels) => values.includes(labels[key] ?? NONE) === (operator === "in");
  }
  const compared = /^([^\s!=]+)\s*(==|=|!=)\s*(\S*)$/.exec(part);
  if (compared !== null) {
    const [, key = "", operator, value] = compared;
    return (labels) => (labels[key] === value) === (operator !== "!=");
  }
  const exists = /^(!?)\s*([^\s!=,()]+)$/.exec(part);
  if (exists === null) throw new ApiFailure("BadRequest", `unable to parse requirement: ${part}`);
  const [, no, key = ""] = exists;
  return (labels) => Object.hasOwn(labels, key) === (no === "");
}

/** No label has this value: a label that is absent is in no set. */
const NONE = "\0";

/** Whether labels fit the selector of an object. An empty selector fits all, an absent one none. */
export function fitsSelector(selector: V1LabelSelector | undefined, labels: LabelPairs = {}): boolean {
  if (selector === undefined) return false;
  const pairs = Object.entries(selector.matchLabels ?? {});
  return (
    pairs.every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      if (operator === "Exists" || operator === "DoesNotExist")
        return Object.hasOwn(labels, key) === (operator === "Exists");
      return values.includes(labels[key] ?? NONE) === (operator === "In");
    })
  );
}

/** Whether labels have all these pairs, as a Service selects pods. */
export const hasLabels = (wanted: LabelPairs, labels: LabelPairs = {}): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

/**
 * Reads a field selector, such as `status.phase!=Running,spec.nodeName=n1`. Any path of an object can be selected by;
 * Kubernetes knows a few for each kind.
 */
export function fieldSelector(text: string): (object: ClusterObject) => boolean {
  const terms = partsOf(text).map((part) => {
    const found = /^([^!=]+)(==|=|!=)(.*)$/.exec(part);
    if (found === null) throw new ApiFailure("BadRequest", `invalid selector: '${part}'; can't understand '${part}'`);
    const [, path = "", operator, value] = found;
    return (object: ClusterObject) => (fieldAt(object, path) === value) === (operator !== "!=");
  });
  return (object) => terms.every((holds) => holds(object));
}

function fieldAt(object: ClusterObject, path: string): string {
  let at: unknown = object;
  for (const key of path.split("."))
    at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return typeof at === "string" || typeof at === "number" || typeof at === "boolean" ? String(at) : "";
}
