import { configuredCalls } from "../configured-calls.ts";
import { fieldListOf, fieldsOf, textMapOf, textOf } from "../fields.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import { selects } from "../label-index.ts";
import type { Names } from "../names.ts";
import type { ClusterState, Pod } from "../state.ts";
import { holdsName } from "../whole-word.ts";
import { type Found, ofType, RECENT_S, type Rule, secondsSince, selectedPods } from "./rule.ts";

/** Network policies that keep callers from a pod. */
export const NETWORK_POLICY_RULES: readonly Rule[] = [
  // a policy that lets nothing through, while callers do not reach the pod
  {
    cause: "network_policy_denies",
    judge: (state, names) =>
      ofType(state, "networkpolicies").flatMap((policy): Found[] => {
        const types = Array.isArray(policy.spec.policyTypes) ? policy.spec.policyTypes : ["Ingress"];
        const deniesAll = types.includes("Ingress") && isEmptyList(policy.spec.ingress);
        if (!deniesAll) return [];
        const denied = selectedPods(state, policy.namespace, fieldsOf(policy.spec.podSelector));
        const behind = state.services.filter(
          (service) =>
            service.namespace === policy.namespace && denied.some((pod) => selects(service.selector, pod.labels)),
        );
        return behind
          .filter((service) => !isAllowedElsewhere(state, policy, service.selector) && isUnreached(state, service.name))
          .map((service): Found => {
            const entity = names.ofService(service);
            return {
              kind: "cluster.unreachable",
              entity,
              source: policy.source,
              strength: 5,
              summary: `${entity.id}: a network policy blocks all requests to it`,
              facts: { policy: policy.name, service: service.name, pods: denied.length },
            };
          });
      }),
  },
  // a new policy that lets through some, but not all of those who call the pod by their configuration
  { cause: "network_policy_denies", judge: judgeNewPolicies },
];

function judgeNewPolicies(state: ClusterState, names: Names): Found[] {
  const policies = ofType(state, "networkpolicies").filter(limitsIngress);
  const created = policies.filter((policy) => (secondsSince(policy.createdMs, policy) ?? Infinity) < RECENT_S);
  if (created.length === 0) return [];
  const callersOf = Map.groupBy(configuredCalls(state, names), ({ to }) => to.id);
  return created.flatMap((policy): Found[] => {
    const pods = podsUnder(policy, state);
    const targets = new Map(pods.map((pod) => [names.ofPod(pod).id, names.ofPod(pod)]));
    return [...targets.values()].flatMap((entity): Found[] => {
      const own = pods.filter((pod) => names.ofPod(pod).id === entity.id);
      // policies add up: what one of them lets through, passes
      const inForce = policies.filter((one) => own.some((pod) => podsUnder(one, state).includes(pod)));
      const denied = (callersOf.get(entity.id) ?? [])
        .map(({ from }) => from.id)
        .filter((caller) => {
          const calling = state.pods.filter((pod) => names.ofPod(pod).id === caller);
          return calling.length > 0 && !calling.some((pod) => inForce.some((one) => letsIn(one, pod)));
        });
      if (denied.length === 0) return [];
      return [
        {
          kind: "cluster.unreachable",
          entity,
          source: policy.source,
          strength: 4,
          summary: `${entity.id}: a new network policy, ${policy.name}, keeps out ${namesIn(denied)}`,
          facts: {
            policy: policy.name,
            policy_created: textOf(fieldsOf(policy.whole.metadata).creationTimestamp),
            denied: denied.join(","),
            pods: own.length,
          },
        },
      ];
    });
  });
}

/** Callers that a summary names at most. */
const MAX_NAMED = 4;

const namesIn = (callers: readonly string[]): string =>
  callers.slice(0, MAX_NAMED).join(", ") + (callers.length > MAX_NAMED ? " and others" : "");

const limitsIngress = ({ spec }: KubernetesObject): boolean =>
  (Array.isArray(spec.policyTypes) ? spec.policyTypes : ["Ingress"]).includes("Ingress");

const podsUnder = ({ namespace, spec }: KubernetesObject, state: ClusterState): Pod[] =>
  selectedPods(state, namespace, fieldsOf(spec.podSelector));

/**
 * True if a policy lets requests of a pod in, or may: rules about namespaces, addresses, ports and expressions are not
 * evaluated.
 */
const letsIn = (policy: KubernetesObject, pod: Pod): boolean =>
  fieldListOf(policy.spec.ingress).some((rule) => {
    if (isEmptyList(rule.from) || !isEmptyList(rule.ports)) return true;
    return fieldListOf(rule.from).some(({ podSelector, namespaceSelector, ipBlock }) => {
      if (namespaceSelector !== undefined || ipBlock !== undefined) return true;
      const { matchLabels, matchExpressions } = fieldsOf(podSelector);
      if (!isEmptyList(matchExpressions)) return true;
      const wanted = textMapOf(matchLabels);
      return pod.namespace === policy.namespace && (Object.keys(wanted).length === 0 || selects(wanted, pod.labels));
    });
  });

const isEmptyList = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/** Policies add up: another one may let requests through. */
const isAllowedElsewhere = (
  state: ClusterState,
  policy: KubernetesObject,
  labels: Readonly<Record<string, string>>,
): boolean =>
  ofType(state, "networkpolicies").some((other) => {
    if (other === policy || other.namespace !== policy.namespace || isEmptyList(other.spec.ingress)) return false;
    const wanted = textMapOf(fieldsOf(other.spec.podSelector).matchLabels);
    return Object.keys(wanted).length === 0 || selects(wanted, labels);
  });

const TIMEOUT = /time[d ]*-?out|deadline exceeded/i;

/** True if somebody tried to reach a Service and got no answer at all. */
const isUnreached = ({ attempts, errorLogs }: ClusterState, service: string): boolean =>
  attempts.some((attempt) => attempt.failed && attempt.service === service) ||
  errorLogs.some(
    (log) => log.service !== service && log.lines.some(({ text }) => TIMEOUT.test(text) && holdsName(text, service)),
  );
