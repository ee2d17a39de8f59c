import type { Change } from "../../domain/telemetry.ts";
import { ArgoApplication, applicationChanges } from "../argocd/application-changes.ts";
import { changeOf, type ServiceOf } from "../changes/parts.ts";
import { timeMs } from "../webhooks/times.ts";
import type { ApiObject } from "./reduce.ts";

/** Types whose objects record what Flux and Argo CD applied. */
export const DELIVERY_TYPES = ["kustomizations", "helmreleases", "applications"] as const;
type DeliveryObjects = Readonly<Record<(typeof DELIVERY_TYPES)[number], readonly ApiObject[]>>;

type Json = Readonly<Record<string, unknown>>;
const json = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(json) : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

const WORKLOADS: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/** What Flux and Argo CD applied, and when. */
export const deliveryChanges = (
  { kustomizations, helmreleases, applications }: DeliveryObjects,
  serviceOf: ServiceOf,
): Change[] => [
  ...kustomizations.flatMap((one) => ofKustomization(one, serviceOf)),
  ...helmreleases.flatMap((one) => ofHelmRelease(one, serviceOf)),
  ...applications.flatMap((one) => {
    const { data: application } = ArgoApplication.safeParse(one);
    return application === undefined ? [] : applicationChanges(application, serviceOf, () => null);
  }),
];

/**
 * Revisions that a Kustomization applied: its history since Flux 2.7; before, the revision that is applied now, dated
 * by the last change of its condition `Ready`.
 *
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/
 */
function ofKustomization({ metadata, status }: ApiObject, serviceOf: ServiceOf): Change[] {
  const name = text(json(metadata).name);
  const { history, lastAppliedRevision, lastAttemptedRevision, conditions, inventory } = json(status);
  const ready = list(conditions).find(({ type }) => type === "Ready");
  const entity = onlyWorkload(inventory) ?? serviceOf(name);
  const applied = (revision: string, time: unknown, failure: string | null): Change[] => {
    const timeUnixMs = timeMs(time);
    if (revision === "" || timeUnixMs === null) return [];
    const summary = failure === null ? `Flux applied ${revision}` : `Flux failed to apply ${revision}: ${failure}`;
    return [changeOf({ timeUnixMs, entity, kind: "deploy", id: commitIn(revision), summary })];
  };
  const changes =
    list(history).length > 0
      ? list(history).flatMap((entry) => applied(text(json(entry.metadata).revision), entry.firstReconciled, null))
      : ready?.status === "True"
        ? applied(text(lastAppliedRevision), ready.lastTransitionTime, null)
        : [];
  const attempted = text(lastAttemptedRevision);
  const isStuck = ready?.status === "False" && attempted !== text(lastAppliedRevision);
  return isStuck ? [...changes, ...applied(attempted, ready.lastTransitionTime, text(ready.message))] : changes;
}

/**
 * The commit of a revision such as `main@sha1:4e1f0c2a`, so that it is the same change as the deploy of that commit.
 */
const commitIn = (revision: string): string => /(?:^|[@/])sha\d+:([0-9a-f]{7,64})$/.exec(revision)?.[1] ?? revision;

/** The workload of an inventory that has only one. Its ids are `namespace_name_group_kind`. */
function onlyWorkload(inventory: unknown): string | null {
  const workloads = list(json(inventory).entries).flatMap(({ id }) => {
    const [, name, , kind] = text(id).split("_");
    return name !== undefined && kind !== undefined && WORKLOADS.has(kind) ? [name] : [];
  });
  return workloads.length === 1 ? (workloads[0] ?? null) : null;
}

/**
 * Releases of a chart, from the history of a HelmRelease.
 *
 * @see https://fluxcd.io/flux/components/helm/helmreleases/#history
 */
function ofHelmRelease({ metadata, status }: ApiObject, serviceOf: ServiceOf): Change[] {
  const { name, namespace } = json(metadata);
  const releases = list(json(status).history).toSorted((a, b) => Number(a.version) - Number(b.version));
  return releases.flatMap((release, at): Change[] => {
    const before = releases[at - 1];
    const timeUnixMs = timeMs(release.lastDeployed);
    if (timeUnixMs === null) return [];
    const isSameChart = before !== undefined && chartOf(before) === chartOf(release);
    const state = text(release.status);
    return [
      changeOf({
        timeUnixMs,
        entity: serviceOf(text(name)),
        kind: isSameChart ? "config" : "deploy",
        id: `${text(namespace)}/HelmRelease/${text(name)} v${Number(release.version)}`,
        summary: [
          isSameChart ? `other values for ${chartOf(release)}` : chartOf(release),
          state === "" || state === "superseded" ? "" : state,
        ]
          .filter((part) => part !== "")
          .join("; "),
      }),
    ];
  });
}

const chartOf = ({ chartName, chartVersion, appVersion }: Json): string =>
  `chart ${text(chartName)} ${text(chartVersion)}${text(appVersion) === "" ? "" : ` with ${text(appVersion)}`}`;
