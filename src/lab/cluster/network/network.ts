import { isIPv4 } from "node:net";
import { targetPortOf } from "../controllers/endpoints.ts";
import { kindOfType, type ServedKind } from "../kinds.ts";
import type { Impairment } from "../lab-cluster.ts";
import type { EndpointSliceObject, NetworkPolicyObject, PodObject, ServiceObject } from "../objects.ts";
import type { NetworkAddress } from "../pod-runtime.ts";
import type { LabelPairs } from "../selectors.ts";
import type { Store } from "../store.ts";
import { isPassed, type Peer, type PolicyState } from "./policy.ts";
import { type ProxyBackend, type ServiceProxy, startProxy } from "./proxy.ts";

export type Resolve = (host: string, port: number) => Promise<NetworkAddress | null>;
/** `addressOf`: where a pod really listens for one of its ports. */
export type NetworkParts = { store: Store; addressOf: (podUid: string, port: number) => NetworkAddress | null };

/** Names, Services and policies, as each pod sees them. */
export type ClusterNetwork = {
  /** @param source uid of the pod that asks; null: from outside. */
  resolverOf: (source: string | null, namespace: string) => Resolve;
  impair: (service: string, impairment: Impairment | null) => void;
  /** Ends what a pod used. */
  forget: (source: string) => void;
  close: () => void;
};

const PODS = kindOfType("pods");
const SERVICES = kindOfType("services");
const SLICES = kindOfType("endpointslices");
const POLICIES = kindOfType("networkpolicies");
const NAMESPACES = kindOfType("namespaces");
/** What a proxy leads to: a Service, or a pod by its IP. */
type Target = { namespace: string; service: string; port: number } | { podUid: string; port: number };

export function createNetwork({ store, addressOf }: NetworkParts): ClusterNetwork {
  const proxies = new Map<string, { source: string | null; proxy: Promise<ServiceProxy> }>();
  const impairments = new Map<string, Impairment>();
  const list = <T>(kind: ServedKind): T[] => store.list(kind, null) as T[];
  const podOf = (uid: string | null | undefined): PodObject | null =>
    list<PodObject>(PODS).find(({ metadata }) => metadata.uid === uid) ?? null;
  const policies = (): PolicyState => ({
    policies: list<NetworkPolicyObject>(POLICIES),
    namespaceLabels: new Map(
      list<{ metadata: { name: string; labels?: LabelPairs } }>(NAMESPACES).map(({ metadata }) => [
        metadata.name,
        metadata.labels ?? {},
      ]),
    ),
  });

  const backendOf = (from: Peer, to: PodObject | null, port: number, state: PolicyState): ProxyBackend[] => {
    const uid = to?.metadata.uid;
    if (to === null || uid === undefined) return [];
    return [{ key: `${uid}:${port}`, address: addressOf(uid, port), isPassed: isPassed({ from, to, port }, state) }];
  };
  const backendsOf = (source: string | null, target: Target): ProxyBackend[] => {
    const [from, state] = [podOf(source), policies()];
    if ("podUid" in target) return backendOf(from, podOf(target.podUid), target.port, state);
    const { namespace, service: name, port } = target;
    const service = store.get(SERVICES, namespace, name) as ServiceObject | null;
    const servicePort = service?.spec.ports?.find((one) => one.port === port);
    if (servicePort === undefined) return [];
    return list<EndpointSliceObject>(SLICES)
      .filter(
        ({ metadata }) => metadata.namespace === namespace && metadata.labels?.["kubernetes.io/service-name"] === name,
      )
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ targetRef }) => {
        const pod = podOf(targetRef?.uid);
        const number = pod === null ? null : targetPortOf(servicePort, pod);
        return number === null ? [] : backendOf(from, pod, number, state);
      });
  };
  const targetOf = (host: string, port: number, namespace: string): Target | null => {
    const services = list<ServiceObject>(SERVICES);
    if (isIPv4(host)) {
      const service = services.find(({ spec }) => spec.clusterIP === host);
      if (service !== undefined)
        return { namespace: service.metadata.namespace ?? "", service: service.metadata.name, port };
      const pod = list<PodObject>(PODS).find(({ status }) => status.podIP === host);
      return pod?.metadata.uid === undefined ? null : { podUid: pod.metadata.uid, port };
    }
    const [, name = "", place = namespace] =
      /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?\.?$/.exec(host) ?? [];
    const service = services.find(({ metadata }) => metadata.name === name && metadata.namespace === place);
    if (service === undefined) return null;
    const { externalName } = service.spec;
    if (externalName !== undefined) return externalName === host ? null : targetOf(externalName, port, place);
    return { namespace: place, service: name, port };
  };

  const refresh = (): void => {
    for (const { proxy } of proxies.values()) void proxy.then((one) => one.refresh());
  };
  const stopWatching = store.watch(store.version, ({ kind }) => {
    if ([PODS, SERVICES, SLICES, POLICIES, NAMESPACES].includes(kind)) refresh();
  });
  const end = (isEnded: (source: string | null) => boolean): void => {
    for (const [key, { source, proxy }] of proxies) {
      if (!isEnded(source)) continue;
      proxies.delete(key);
      void proxy.then((one) => one.close());
    }
  };

  return {
    resolverOf: (source, namespace) => async (host, port) => {
      const target = targetOf(host, port, namespace);
      if (target === null) return null;
      const key = JSON.stringify([source, target]);
      const name = "service" in target ? target.service : "";
      const known = proxies.get(key) ?? {
        source,
        proxy: startProxy({
          backends: () => backendsOf(source, target),
          impairment: () => (source === null ? null : (impairments.get(name) ?? null)),
        }),
      };
      proxies.set(key, known);
      return (await known.proxy).address;
    },
    impair(service, impairment) {
      if (impairment === null) impairments.delete(service);
      else impairments.set(service, impairment);
      refresh();
    },
    forget: (source) => end((one) => one === source),
    close() {
      stopWatching();
      end(() => true);
    },
  };
}
