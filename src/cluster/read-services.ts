import { type Description, fieldWithSection } from "./describe.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { each, type Objects } from "./objects.ts";
import { addressOf, readyServices, serviceOfObject } from "./read-object-state.ts";
import type { KubernetesService } from "./state.ts";
import { parseLabels } from "./table.ts";

/** Reads Services, and whether they have endpoints, from lists, descriptions and objects. */
export function readServices(
  services: Objects,
  endpoints: Objects,
  objects: readonly KubernetesObject[],
): KubernetesService[] {
  const ready = readyServices(objects);
  const isRead = objects.some(({ type }) => type === "endpoints" || type === "endpointslices");
  return [...each(services)].map(({ name, namespace, row, description, object, source }) => {
    if (object !== null) return serviceOfObject(object, isRead ? ready.has(`${namespace}/${name}`) : null);
    const own = endpoints.rows.get(`${namespace}/${name}`)?.row.ENDPOINTS ?? description?.fields.get("Endpoints");
    const selector = description?.fields.get("Selector") ?? row?.SELECTOR ?? "";
    return {
      name,
      namespace,
      source,
      selector: parseLabels(description ? fieldWithSection(description, "Selector") : selector),
      labels: description ? parseLabels(fieldWithSection(description, "Labels")) : {},
      type: row?.TYPE ?? description?.fields.get("Type") ?? "",
      clusterIp: addressOf(row?.["CLUSTER-IP"] ?? description?.fields.get("IP")),
      ports: description ? describedPorts(description) : listedPorts(row?.["PORT(S)"] ?? ""),
      hasEndpoints: own === undefined ? null : own !== "" && own !== "<none>",
      endpointPorts: [...new Set((own ?? "").match(/(?<=:)\d+(?=,|$| )/g) ?? [])],
    };
  });
}

const describedPorts = ({ fields }: Description): KubernetesService["ports"] => {
  const targets = (fields.get("TargetPort") ?? "").split("\n");
  return (fields.get("Port") ?? "").split("\n").flatMap((line, at) => {
    const [, name = "", port, protocol = "TCP"] = /^(\S+)\s+(\d+)\/(\w+)/.exec(line) ?? [];
    return port === undefined
      ? []
      : [{ name: name === "<unset>" ? null : name, port, target: targets[at]?.split("/")[0] ?? null, protocol }];
  });
};

const listedPorts = (text: string): KubernetesService["ports"] =>
  [...text.matchAll(/(\d+)(?::\d+)?\/(\w+)/g)].map(([, port = "", protocol = "TCP"]) => ({
    name: null,
    port,
    target: null,
    protocol,
  }));
