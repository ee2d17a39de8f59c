import { ApiFailure } from "../api-failure.ts";
import { groupVersionOf, type ServedKind } from "../kinds.ts";
import type { ClusterObject } from "../objects.ts";
import { fieldSelector, labelSelector } from "../selectors.ts";
import type { StoreChange, Store } from "../store.ts";
import type { ObjectRequest } from "./request.ts";

type Query = Pick<ObjectRequest, "kind" | "namespace" | "name" | "query">;

/** Whether an object is among those that a list or watch is about. */
export function selects({ namespace, name, query }: Query): (object: ClusterObject) => boolean {
  const hasLabels = labelSelector(query.get("labelSelector") ?? "");
  const hasFields = fieldSelector(query.get("fieldSelector") ?? "");
  return (object) =>
    (namespace === null || object.metadata.namespace === namespace) &&
    (name === null || object.metadata.name === name) &&
    hasLabels(object.metadata.labels ?? {}) &&
    hasFields(object);
}

/** A page of a list. `metadata`: that of the list, with `continue` if there is more. */
export type ObjectPage = { items: ClusterObject[]; metadata: Record<string, unknown> };

const keyOf = ({ metadata }: ClusterObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;

export function readPage(store: Store, request: Query): ObjectPage {
  const { kind, namespace, query } = request;
  const all = store.list(kind, namespace).filter(selects(request));
  const after = query.get("continue") ?? "";
  const from = after === "" ? all : all.filter((object) => keyOf(object) > Buffer.from(after, "base64url").toString());
  const limit = Number(query.get("limit") ?? 0);
  const items = limit > 0 ? from.slice(0, limit) : from;
  const last = items.at(-1);
  const more = from.length - items.length;
  const next =
    last === undefined || more === 0
      ? {}
      : { continue: Buffer.from(keyOf(last)).toString("base64url"), remainingItemCount: more };
  return { items, metadata: { resourceVersion: String(store.version), ...next } };
}

/** A list as JSON. Its objects have no kind of their own, as in Kubernetes. */
export function listBody(kind: ServedKind, { items, metadata }: ObjectPage): object {
  const plain = items.map(({ apiVersion: _version, kind: _kind, ...item }) => item);
  return { kind: `${kind.kind}List`, apiVersion: groupVersionOf(kind), metadata, items: plain };
}

export type WatchEvent = { type: "ADDED" | "MODIFIED" | "DELETED"; object: ClusterObject };

/**
 * Reports what happens to the selected objects. Without a resource version, those that are there come first. An object
 * that begins or ceases to be selected is reported as added or deleted.
 *
 * @returns ends it. @throws {ApiFailure} Expired if the version is too old.
 */
export function watchObjects(store: Store, request: Query, onEvent: (event: WatchEvent) => void): () => void {
  const isSelected = selects(request);
  const since = request.query.get("resourceVersion") ?? "";
  if (!/^\d*$/.test(since)) throw new ApiFailure("BadRequest", `invalid resource version: ${since}`);
  const isFresh = since === "" || since === "0";
  if (isFresh)
    for (const object of store.list(request.kind, request.namespace).filter(isSelected))
      onEvent({ type: "ADDED", object });
  return store.watch(isFresh ? store.version : Number(since), (change) => {
    const event = change.kind === request.kind ? eventOf(change, isSelected) : null;
    if (event !== null) onEvent(event);
  });
}

function eventOf(
  { type, object, before }: StoreChange,
  isSelected: (object: ClusterObject) => boolean,
): WatchEvent | null {
  const was = before !== null && isSelected(before);
  const is = type !== "DELETED" && isSelected(object);
  if (was && is) return { type: "MODIFIED", object };
  if (is) return { type: "ADDED", object };
  return was ? { type: "DELETED", object } : null;
}
