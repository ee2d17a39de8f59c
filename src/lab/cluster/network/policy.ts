import type { V1NetworkPolicyPeer, V1NetworkPolicyPort } from "@kubernetes/client-node";
import type { NetworkPolicyObject, PodObject, Stored } from "../objects.ts";
import { fitsSelector, type LabelPairs } from "../selectors.ts";

/** A pod that sends or receives; null: something outside of the cluster. */
export type Peer = Pick<PodObject, "metadata" | "spec"> | null;
type Connection = { from: Peer; to: Peer; port: number };
/** `namespaceLabels`: by the name of the namespace. */
export type PolicyState = {
  policies: readonly NetworkPolicyObject[];
  namespaceLabels: ReadonlyMap<string, LabelPairs>;
};

/**
 * Whether the network policies let a connection pass. A pod that no policy selects for a direction is open in it; else
 * one rule must fit. Name lookups always pass; `ipBlock` fits nothing but what is outside of the cluster.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function isPassed(connection: Connection, state: PolicyState): boolean {
  return (
    passes("Ingress", connection.to, connection.from, connection, state) &&
    passes("Egress", connection.from, connection.to, connection, state)
  );
}

function passes(
  direction: "Ingress" | "Egress",
  own: Peer,
  other: Peer,
  { to, port }: Connection,
  state: PolicyState,
): boolean {
  if (own === null) return true;
  const { namespace, labels } = own.metadata;
  const selected = state.policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === namespace &&
      fitsSelector(spec.podSelector ?? {}, labels) &&
      types(spec).includes(direction),
  );
  if (selected.length === 0) return true;
  return selected.some(({ metadata, spec }) => {
    const rules =
      direction === "Ingress"
        ? (spec.ingress ?? []).map(({ _from, ports, ...rest }) => ({ peers: _from ?? fromOf(rest), ports }))
        : (spec.egress ?? []).map(({ to: peers, ports }) => ({ peers, ports }));
    return rules.some(
      ({ peers, ports }) =>
        ((peers ?? []).length === 0 ||
          peers?.some((peer) => fitsPeer(peer, other, metadata.namespace, state)) === true) &&
        fitsPorts(ports, port, to),
    );
  });
}

/** The client's type calls this field `_from`; in JSON it is `from`. */
const fromOf = (rule: object): Stored<V1NetworkPolicyPeer>[] | undefined =>
  (rule as { from?: Stored<V1NetworkPolicyPeer>[] }).from;

const types = ({ policyTypes, egress }: NetworkPolicyObject["spec"]): string[] =>
  policyTypes ?? (egress === undefined ? ["Ingress"] : ["Ingress", "Egress"]);

function fitsPeer(
  peer: Stored<V1NetworkPolicyPeer>,
  other: Peer,
  namespace: string | undefined,
  state: PolicyState,
): boolean {
  if (peer.ipBlock !== undefined) return other === null;
  if (other === null) return false;
  const { podSelector, namespaceSelector } = peer;
  const place = other.metadata.namespace ?? "";
  const isPlace =
    namespaceSelector === undefined
      ? place === namespace
      : fitsSelector(namespaceSelector, { "kubernetes.io/metadata.name": place, ...state.namespaceLabels.get(place) });
  return isPlace && (podSelector === undefined || fitsSelector(podSelector, other.metadata.labels));
}

function fitsPorts(ports: Stored<V1NetworkPolicyPort>[] | undefined, port: number, to: Peer): boolean {
  if (ports === undefined || ports.length === 0) return true;
  const named = to?.spec.containers.flatMap(({ ports: own = [] }) => own) ?? [];
  return ports.some(({ port: wanted, endPort }) => {
    if (wanted === undefined) return true;
    if (typeof wanted === "string")
      return named.some(({ name, containerPort }) => name === wanted && containerPort === port);
    return endPort === undefined ? wanted === port : port >= wanted && port <= endPort;
  });
}
