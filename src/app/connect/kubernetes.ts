import type { ConnectFacts, ReadRule } from "./facts.ts";

const CAUSEWAY_PORT = 8787;
const API_PORTS = [443, 6443];

const ruleText = ({ group, types }: ReadRule): string =>
  `  - { apiGroups: ["${group}"], resources: [${types.join(", ")}], verbs: [get, list] }`;

/** A service account that may read what Causeway reads, and nothing else. It may not read Secrets. */
export const rbacPiece = ({ namespace, readRules }: Pick<ConnectFacts, "namespace" | "readRules">): string => `\
# kubectl apply -f -. Then run Causeway with this service account and KUBERNETES_IN_CLUSTER=1.
apiVersion: v1
kind: ServiceAccount
metadata: { name: causeway, namespace: ${namespace} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: causeway-read }
rules:
${readRules.map(ruleText).join("\n")}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: causeway-read }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: causeway-read }
subjects:
  - { kind: ServiceAccount, name: causeway, namespace: ${namespace} }
`;

const portOf = ({ protocol, port }: URL): number => Number(port || (protocol === "https:" ? 443 : 80));

/**
 * Lets senders of the cluster in, and Causeway out to DNS, the API server and the servers that were found.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicyPiece({ namespace, servers }: Pick<ConnectFacts, "namespace" | "servers">): string {
  const found = servers.flatMap(({ url }) => URL.parse(url) ?? []).map(portOf);
  const ports = [...new Set([...found, ...API_PORTS])].toSorted((a, b) => a - b);
  return `\
# kubectl apply -f -. Without other servers than these, Causeway can reach nothing else.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: causeway, namespace: ${namespace} }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/name: causeway } }
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{ namespaceSelector: {} }]
      ports: [{ protocol: TCP, port: ${CAUSEWAY_PORT} }]
  egress:
    - ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]
    - ports: [${ports.map((port) => `{ protocol: TCP, port: ${port} }`).join(", ")}]
`;
}
