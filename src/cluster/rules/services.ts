import { type Abnormal, HINT, type Knows, type Meaning } from "../abnormal.ts";
import { labelIndex, selects } from "../label-index.ts";
import type { Manifest } from "../manifest.ts";
import type { Names } from "../names.ts";
import { placeIndex } from "../place-index.ts";
import type { ClusterState, Pod, KubernetesService } from "../state.ts";
import { isUnready, restartedRecently } from "./pods.ts";

/** Finds Services that select no ready pod or point to a wrong port, and addresses where nothing answers. */
export function judgeServices(state: ClusterState, names: Names, knows: Knows): Abnormal[] {
  const byLabels = labelIndex(state.pods, ({ labels }) => labels);
  const podsOf = placeIndex(state.pods);
  const declared = declaredPorts(state);
  const found = state.services.flatMap((service): Abnormal[] => {
    if (service.type === "ExternalName" || Object.keys(service.selector).length === 0) return [];
    const entity = names.ofService(service);
    const picked = byLabels.selectedBy(service.selector).filter(({ namespace }) => namespace === service.namespace);
    const base = { kind: "cluster.no-endpoints" as const, entity, source: service.source };
    const facts = {
      service: service.name,
      selector: Object.entries(service.selector)
        .map((pair) => pair.join("="))
        .join(","),
      pods: picked.length,
    };
    const wrong = wrongPort(service, picked, { state, declared, knows });
    if (wrong)
      return [
        {
          ...base,
          strength: 5,
          cause: wrong.cause,
          summary: `${entity.id}: its Service points to ${wrong.says}`,
          facts: { ...facts, ...wrong.facts },
        },
      ];
    if (service.hasEndpoints !== false) return [];
    if (picked.some((pod) => isSteady(pod, state)) && knows("service_port_wrong"))
      return [
        {
          ...base,
          strength: 4,
          cause: "service_port_wrong",
          summary:
            `${entity.id}: its Service has no endpoints although its pods are ready: ` +
            "its port matches no container port",
          facts,
        },
      ];
    const meant = meantPods(service, podsOf.in(service.namespace));
    if (picked.length === 0 && meant.length > 0 && knows("service_selector_wrong"))
      return [
        {
          ...base,
          cause: "service_selector_wrong",
          strength: meant.some((pod) => !isUnready(pod)) ? 5 : 3,
          summary: `${entity.id}: the selector of its Service matches no pod, although pods of that name exist`,
          facts: { ...facts, ...oneLabel(service, meant) },
        },
      ];
    const wanted =
      picked.length > 0 ||
      state.workloadIndex
        .in(service.namespace)
        .some(({ name, labels }) => name === service.name || selects(service.selector, labels));
    return [
      {
        ...base,
        strength: wanted ? 1 : HINT,
        summary: `${entity.id}: its Service has no endpoints, because no pod is ready`,
        facts,
      },
    ];
  });
  return [...found, ...unreachable(state, names)];
}

/** True if nothing but its Service can keep this pod out of the endpoints. */
const isSteady = (pod: Pod, { nodes }: ClusterState): boolean =>
  !isUnready(pod) && !restartedRecently(pod) && nodes.every(({ name, ready }) => ready || name !== pod.node);

/** The pods of its namespace that a Service is meant for, by its name and labels. */
const meantPods = ({ name, labels }: KubernetesService, pods: readonly Pod[]): Pod[] =>
  pods.filter((pod) => Object.keys(pod.labels).length > 0 && (pod.workload === name || selects(labels, pod.labels)));

/** The value of a selector of one label, and the one value that the meant pods have; none for other selectors. */
function oneLabel({ selector }: KubernetesService, pods: readonly Pod[]): Abnormal["facts"] {
  const [pair, ...others] = Object.entries(selector);
  if (pair === undefined || others.length > 0) return {};
  const [key, selected] = pair;
  const [meant, ...more] = new Set(pods.map(({ labels }) => labels[key]));
  return meant === undefined || more.length > 0 ? {} : { selected_value: selected, meant_value: meant };
}

type Wrong = Required<Meaning> & { facts: Abnormal["facts"] };
/** What manifests declare. `names`: of all container ports. `services`: Services, by name. */
type DeclaredPorts = { names: readonly string[]; services: ReadonlyMap<string, readonly Manifest[]> };

function declaredPorts({ manifests }: ClusterState): DeclaredPorts {
  const objects = manifests.flatMap((manifest) => manifest.objects);
  const containers = objects.flatMap(({ spec }) => spec?.template?.spec?.containers ?? []);
  return {
    names: [...new Set(containers.flatMap(({ ports }) => ports.flatMap(({ name }) => name ?? [])))],
    services: Map.groupBy(
      objects.filter(({ kind }) => kind === "Service"),
      ({ metadata }) => metadata.name,
    ),
  };
}

/**
 * Finds a target port or protocol that no container of the selected pods declares. Containers that declare nothing
 * cannot be judged.
 */
function wrongPort(
  { name, namespace, ports }: KubernetesService,
  picked: readonly Pod[],
  { state, declared: inManifests, knows }: { state: ClusterState; declared: DeclaredPorts; knows: Knows },
): Wrong | null {
  const workloads = [...new Set(picked.map(({ workload }) => workload))].flatMap(
    (workload) => state.workloadIndex.at(namespace, workload) ?? [],
  );
  const containers = [...picked, ...workloads].flatMap((one) => one.containers);
  const declared = containers.flatMap((container) => container.ports);
  if (declared.length === 0) return null;
  const names = declared.flatMap((port) => port.name ?? []);
  const named = names.length > 0 ? names : inManifests.names;
  const spec = inManifests.services
    .get(name)
    ?.find(({ metadata }) => (metadata.namespace ?? namespace) === namespace)?.spec;
  const container_port = declared.map(({ port }) => port).join(",");
  for (const { port, target, protocol } of ports) {
    const aim = target ?? spec?.ports?.find((one) => one.port === port)?.targetPort ?? null;
    if (aim === null) continue;
    const known = /^\d+$/.test(aim)
      ? declared.some((one) => one.port === aim)
      : named.length === 0 || named.includes(aim);
    const facts = { port, target_port: aim, protocol, container_port };
    const isOtherPort = !known && knows("service_port_wrong");
    if (isOtherPort)
      return { says: "a target port that its containers do not serve", cause: "service_port_wrong", facts };
    const isOtherProtocol =
      /^\d+$/.test(aim) &&
      declared.some((one) => one.port === aim) &&
      !declared.some((one) => one.port === aim && one.protocol === protocol);
    if (isOtherProtocol && knows("service_protocol_wrong"))
      return {
        says: "a port with another protocol than its containers use",
        cause: "service_protocol_wrong",
        facts,
      };
  }
  return null;
}

/** Reports failed connections. If the pods are not ready anyway, they add nothing new. */
function unreachable({ attempts, serviceIndex, pods, listed }: ClusterState, names: Names): Abnormal[] {
  return attempts
    .filter(({ failed }) => failed)
    .flatMap(({ service: name, namespace, port, source }): Abnormal[] => {
      const service = serviceIndex.at(namespace, name);
      const absent = !service && listed.has(`${namespace}/services`);
      if (service && !service.ports.some((one) => one.port === port)) return [];
      const entity = service ? names.ofService(service) : names.app(name);
      const behind = pods.filter(
        (pod) =>
          pod.namespace === namespace && (service ? selects(service.selector, pod.labels) : pod.workload === name),
      );
      const explained = behind.every(isUnready);
      const why = absent ? "there is no such Service" : explained ? "none of its pods is ready" : "its pods are ready";
      return [
        {
          kind: "cluster.unreachable",
          entity,
          source,
          strength: explained ? 1 : 2,
          summary: `${entity.id}: nothing answers at port ${port}, ${why}`,
          facts: { service: name, port, pods: behind.length },
        },
      ];
    });
}
