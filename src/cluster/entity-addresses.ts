import { fieldListOf, textOf, textsOf } from "./fields.ts";
import type { Names } from "./names.ts";
import { serviceTargets } from "./service-targets.ts";
import type { ClusterState } from "./state.ts";

/** More than the pods of a large cluster. */
const MAX_ADDRESSES = 20_000;

/**
 * Addresses of pods and Services, and the DNS names of Services (`cart.shop`), with the entity of each. An address that
 * several have, such as that of the node for pods on its network, is left out.
 */
export function addressesOf(state: ClusterState, names: Names): Readonly<Record<string, string>> {
  const found = new Map<string, string | null>();
  const add = (address: string | null, entity: string): void => {
    if (address === null || address === "" || address === "None") return;
    const known = found.get(address);
    if (known === undefined && found.size >= MAX_ADDRESSES) return;
    found.set(address, known === undefined || known === entity ? entity : null);
  };
  const targetOf = serviceTargets(state, names);
  const services = new Map(state.services.map((service) => [`${service.namespace}/${service.name}`, service]));
  const pods = new Map(state.pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod]));
  for (const service of state.services) add(`${service.name}.${service.namespace}`, targetOf(service).id);
  for (const { type, namespace, name, spec, status } of state.objects) {
    const key = `${namespace}/${name}`;
    const service = type === "services" ? services.get(key) : undefined;
    if (service !== undefined)
      for (const ip of [textOf(spec.clusterIP), ...textsOf(spec.clusterIPs)]) add(ip, targetOf(service).id);
    const pod = type === "pods" && spec.hostNetwork !== true ? pods.get(key) : undefined;
    if (pod === undefined) continue;
    const ips = [status.podIP, ...fieldListOf(status.podIPs).map(({ ip }) => ip)];
    for (const ip of ips) add(textOf(ip), names.ofPod(pod).id);
  }
  return Object.fromEntries([...found].flatMap(([address, entity]) => (entity === null ? [] : [[address, entity]])));
}
