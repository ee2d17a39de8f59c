import { groupVersionOf, KINDS, type ServedKind } from "../kinds.ts";

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
/** The kind, and the verbs, of a subresource. `null`: that of its parent. */
const SUBRESOURCES: Readonly<Record<string, { kind: string | null; group: string; version: string; verbs: string[] }>> =
  {
    status: { kind: null, group: "", version: "", verbs: ["get", "patch", "update"] },
    scale: { kind: "Scale", group: "autoscaling", version: "v1", verbs: ["get", "patch", "update"] },
    eviction: { kind: "Eviction", group: "policy", version: "v1", verbs: ["create"] },
    binding: { kind: "Binding", group: "", version: "v1", verbs: ["create"] },
    log: { kind: "Pod", group: "", version: "v1", verbs: ["get"] },
  };
/** Reviews are answered, not stored. */
const REVIEWS = [
  { groupVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview" },
  { groupVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview" },
  { groupVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
];
const CATEGORY_ALL = new Set(
  "pods services deployments replicasets statefulsets daemonsets jobs cronjobs horizontalpodautoscalers".split(" "),
);

const groupVersions: readonly string[] = [
  ...new Set([...KINDS.map(groupVersionOf), ...REVIEWS.map(({ groupVersion }) => groupVersion)]),
].filter((one) => one !== "v1");

/**
 * Answers discovery: which groups, versions and types there are.
 *
 * @param path without the query.
 * @param version the version that the server claims to be, such as `v1.32.4`.
 * @returns null if the path is not one of discovery.
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
export function discovery(path: string, version: string): object | null {
  if (path === "/version") {
    const [major = "", minor = ""] = version.replace("v", "").split(".");
    return {
      major,
      minor,
      gitVersion: version,
      gitCommit: "",
      buildDate: "",
      goVersion: "",
      compiler: "",
      platform: "lab",
    };
  }
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
  if (path === "/apis") return { kind: "APIGroupList", apiVersion: "v1", groups: groupVersions.map(groupOf) };
  const groupVersion = /^\/(?:api|apis)\/(.+)$/.exec(path)?.[1] ?? "";
  if (groupVersion !== "v1" && !groupVersions.includes(groupVersion)) {
    const group = groupVersions.find((one) => one.startsWith(`${groupVersion}/`));
    return group === undefined ? null : { kind: "APIGroup", apiVersion: "v1", ...groupOf(group) };
  }
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: resourcesOf(groupVersion) };
}

function groupOf(groupVersion: string): object {
  const [name = "", version = ""] = groupVersion.split("/");
  const preferredVersion = { groupVersion, version };
  return { name, versions: [preferredVersion], preferredVersion };
}

const resourcesOf = (groupVersion: string): object[] => [
  ...KINDS.filter((kind) => groupVersionOf(kind) === groupVersion).flatMap(entriesOf),
  ...REVIEWS.filter((review) => review.groupVersion === groupVersion).map(({ kind }) => ({
    name: `${kind.toLowerCase()}s`,
    singularName: kind.toLowerCase(),
    namespaced: false,
    kind,
    verbs: ["create"],
  })),
];

function entriesOf({ plural, singular, isNamespaced, kind, shortNames, subresources }: ServedKind): object[] {
  const own = {
    name: plural,
    singularName: singular,
    namespaced: isNamespaced,
    kind,
    verbs: VERBS,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(CATEGORY_ALL.has(plural) ? { categories: ["all"] } : {}),
  };
  return [
    own,
    ...subresources.flatMap((name) => {
      const known = SUBRESOURCES[name];
      if (known === undefined) return [];
      const { group, version, verbs } = known;
      const place = known.kind === null ? {} : { group, version };
      return [
        {
          name: `${plural}/${name}`,
          singularName: "",
          namespaced: isNamespaced,
          ...place,
          kind: known.kind ?? kind,
          verbs,
        },
      ];
    }),
  ];
}
