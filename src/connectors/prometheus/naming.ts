import { type EntityLabel, measuredEntity, type MeasuredEntity, NODE_LABELS } from "../../domain/measured-entity.ts";
import type { Labels } from "./client.ts";

/** A series of the server, and what it measures. `metric`: its name with the labels that say more. */
export type NamedSeries = { labels: Labels; base: string; of: MeasuredEntity; metric: string };

/** Labels that say who measured or where, which the entity says already. */
const PLACES = new Set([
  ...NODE_LABELS,
  ..."__name__ job instance namespace exported_namespace kubernetes_namespace cluster pod exported_pod pod_name".split(
    " ",
  ),
  ..."kubernetes_pod_name container exported_container container_name service service_name app application uid id".split(
    " ",
  ),
  ..."app_kubernetes_io_name exported_service exported_job endpoint image prometheus monitor region".split(" "),
  ..."service_namespace service_instance_id k8s_pod_name k8s_pod_uid k8s_namespace_name host_name".split(" "),
]);
/** Labels of the copies of one scraper. Their series are the same. */
const REPLICAS = ["replica", "prometheus_replica", "__replica__", "receive_replica", "tenant_id"];

type Rules = { labels: readonly EntityLabel[]; nodeNames: ReadonlyMap<string, string> };

/**
 * Names each series by its entity, its metric and the labels that say more. Where two series of one entity then have
 * the same name, the labels in which they differ are added.
 *
 * @returns the series in the order of their names, and the number of those without an entity.
 */
export function nameSeries(all: readonly Labels[], rules: Rules): { named: NamedSeries[]; unnamed: number } {
  const read = all.flatMap((labels) => {
    const of = labels.container === "POD" ? null : measuredEntity(labels, rules.labels, rules.nodeNames);
    return of === null ? [] : [{ labels, base: labels.__name__ ?? "", of }];
  });
  const groups = Map.groupBy(read, ({ base, of }) => JSON.stringify([of.entity, base]));
  const named = [...groups.values()].flatMap((group) => nameGroup(group));
  return {
    named: named.toSorted((a, b) => order(a.of.entity, b.of.entity) || order(a.metric, b.metric)),
    unnamed: all.length - read.length,
  };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function nameGroup(group: readonly Omit<NamedSeries, "metric">[]): NamedSeries[] {
  const names = [...new Set(group.flatMap(({ labels }) => Object.keys(labels)))].filter(
    (label) => !REPLICAS.includes(label),
  );
  const ownLabel = group[0]?.of.label ?? null;
  const content = names.filter((label) => !PLACES.has(label) && label !== ownLabel).toSorted();
  const byKey = Map.groupBy(group, ({ labels }) => nameOf("", labels, content));
  const isClear = [...byKey.values()].every(({ length }) => length === 1);
  const differing = names.filter(
    (label) =>
      label !== "__name__" &&
      [...byKey.values()].some((same) => new Set(same.map(({ labels }) => labels[label] ?? "")).size > 1),
  );
  const shown = isClear ? content : [...new Set([...content, ...differing])].toSorted();
  const unique = new Map(group.map((series) => [nameOf("", series.labels, shown), series])); // one of several replicas
  return [...unique.values()].map((series) => ({ ...series, metric: nameOf(series.base, series.labels, shown) }));
}

/** `http_requests_total{code="500",route="/"}`; without braces if no label is shown. */
export function nameOf(base: string, labels: Labels, shown: readonly string[]): string {
  const parts = shown.flatMap((label) =>
    (labels[label] ?? "") === "" ? [] : [`${label}=${JSON.stringify(labels[label])}`],
  );
  return parts.length === 0 ? base : `${base}{${parts.join(",")}}`;
}
