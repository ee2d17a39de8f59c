import { groupVersionOf, KINDS, type ServedKind } from "../kinds.ts";

const pathOf = (groupVersion: string): string => (groupVersion.includes("/") ? "apis/" : "api/") + groupVersion;

/**
 * The OpenAPI documents, as far as kubectl needs them: it looks for the query parameters `fieldValidation` and `dryRun`
 * of a kind's PATCH before it uses them. Schemas are not described, so `kubectl explain` finds nothing.
 *
 * @returns null if the path is not one of OpenAPI.
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
export function openApi(path: string): object | null {
  const groups = [...new Set(KINDS.map(groupVersionOf))];
  if (path === "/openapi/v3") {
    const entries = groups.map((group) => [pathOf(group), { serverRelativeURL: `/openapi/v3/${pathOf(group)}` }]);
    return { paths: Object.fromEntries(entries) };
  }
  const groupVersion = groups.find((group) => path === `/openapi/v3/${pathOf(group)}`);
  if (groupVersion === undefined) return null;
  const kinds = KINDS.filter((kind) => groupVersionOf(kind) === groupVersion);
  return {
    openapi: "3.0.0",
    info: { title: "Causeway lab", version: "v1" },
    paths: Object.fromEntries(
      kinds.map((kind) => [`/${pathOf(groupVersion)}/${objectPath(kind)}`, { patch: patchOf(kind) }]),
    ),
    components: { schemas: {} },
  };
}

const objectPath = ({ isNamespaced, plural }: ServedKind): string =>
  `${isNamespaced ? "namespaces/{namespace}/" : ""}${plural}/{name}`;

const patchOf = ({ group, version, kind }: ServedKind): object => ({
  parameters: ["dryRun", "fieldManager", "fieldValidation", "force"].map((name) => ({
    name,
    in: "query",
    schema: { type: "string", uniqueItems: true },
  })),
  responses: { "200": { description: "OK" } },
  "x-kubernetes-action": "patch",
  "x-kubernetes-group-version-kind": { group, kind, version },
});
