import type { ClusterObject } from "../objects.ts";
import { columnsOf } from "./columns.ts";

/** Whether the client prefers a table, as `kubectl get` does for people. */
export const wantsTable = (accept: string): boolean => /as=Table/.test(accept.split(",")[0] ?? "");

/**
 * Objects as the table that kubectl prints.
 *
 * @param include how much of each object its row carries: `Metadata` (the default), `Object` or `None`.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export function tableOf(
  kind: string,
  objects: readonly ClusterObject[],
  options: { metadata: object; nowMs: number; include: string | null },
): object {
  const columns = columnsOf(kind);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: options.metadata,
    columnDefinitions: columns.map(({ name, isWide }) => ({
      name,
      type: "string",
      format: name === "Name" ? "name" : "",
      description: "",
      priority: isWide ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object as never, options.nowMs)),
      ...(options.include === "None" ? {} : { object: options.include === "Object" ? object : partial(object) }),
    })),
  };
}

const partial = ({ metadata }: ClusterObject): object => ({
  kind: "PartialObjectMetadata",
  apiVersion: "meta.k8s.io/v1",
  metadata,
});
