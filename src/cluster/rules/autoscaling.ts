import { shortened } from "../abnormal.ts";
import { fieldsOf, numberOf, textOf } from "../fields.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import type { Names } from "../names.ts";
import type { ClusterState, Pod } from "../state.ts";
import { conditionOf, type Found, isYoung, ofType, type Rule, selectedPods, workloadEntity } from "./rule.ts";

/** The name that an autoscaler scales; its own name if it has no target. */
const targetOf = ({ spec, name }: KubernetesObject): string => textOf(fieldsOf(spec.scaleTargetRef).name) ?? name;

function about(hpa: KubernetesObject, state: ClusterState, names: Names): Pick<Found, "entity" | "source"> {
  const entity = workloadEntity(state, names, { namespace: hpa.namespace, name: targetOf(hpa) });
  return { entity, source: hpa.source };
}

/** Metrics without a name in the reason: `FailedGetResourceMetric`, `FailedGetExternalMetric`, … */
const NO_METRIC = /^(FailedGet\w*Metric|InvalidMetricSourceType|FailedComputeMetricsReplicas)/;

/** Horizontal pod autoscalers that cannot do their work. One at its minimum is idle, which is healthy. */
export const AUTOSCALING_RULES: readonly Rule[] = [
  {
    cause: "autoscaler_at_maximum",
    judge: (state, names) =>
      ofType(state, "horizontalpodautoscalers").flatMap((hpa): Found[] => {
        const limited = conditionOf(hpa.status, "ScalingLimited");
        const [most, current] = [numberOf(hpa.spec.maxReplicas), numberOf(hpa.status.currentReplicas)];
        if (limited?.status !== "True" || limited.reason !== "TooManyReplicas") return [];
        if (most === null || current === null || current < most) return [];
        const base = about(hpa, state, names);
        return [
          {
            ...base,
            kind: "cluster.not-ready",
            strength: 4,
            summary: `${base.entity.id}: its autoscaler is at its maximum and wants more replicas`,
            facts: { autoscaler: hpa.name, replicas: current, maximum: most, message: shortened(limited.message) },
          },
        ];
      }),
  },
  {
    cause: "autoscaler_without_metrics",
    judge: (state, names) =>
      ofType(state, "horizontalpodautoscalers").flatMap((hpa): Found[] => {
        const active = conditionOf(hpa.status, "ScalingActive");
        if (active?.status !== "False" || !NO_METRIC.test(active.reason) || isYoung(hpa)) return [];
        const base = about(hpa, state, names);
        return [
          {
            ...base,
            kind: "cluster.misconfiguration",
            strength: 3,
            summary: `${base.entity.id}: its autoscaler cannot read its metrics, so it does not scale`,
            facts: { autoscaler: hpa.name, reason: active.reason, message: shortened(active.message) },
          },
        ];
      }),
  },
  {
    cause: "autoscaler_target_missing",
    judge: (state, names) =>
      ofType(state, "horizontalpodautoscalers").flatMap((hpa): Found[] => {
        const able = conditionOf(hpa.status, "AbleToScale");
        if (able?.status !== "False" || able.reason !== "FailedGetScale") return [];
        const base = about(hpa, state, names);
        return [
          {
            ...base,
            kind: "cluster.misconfiguration",
            strength: 3,
            summary: `${base.entity.id}: its autoscaler scales a workload that does not exist`,
            facts: { autoscaler: hpa.name, target: targetOf(hpa), message: shortened(able.message) },
          },
        ];
      }),
  },
];

/** The pods that a disruption budget protects. One without a selector protects none. */
const protectedBy = (state: ClusterState, { namespace, spec }: KubernetesObject): Pod[] =>
  spec.selector === undefined || spec.selector === null ? [] : selectedPods(state, namespace, fieldsOf(spec.selector));

/** Disruption budgets that block what somebody does: a drain. A budget of zero alone blocks nobody. */
export const DISRUPTION_RULES: readonly Rule[] = [
  {
    cause: "disruption_budget_blocks_drain",
    judge: (state, names) => {
      const cordoned = new Set(
        state.nodes.filter((node) => node.cordoned && !node.controlPlane).map(({ name }) => name),
      );
      return ofType(state, "poddisruptionbudgets").flatMap((budget): Found[] => {
        const { disruptionsAllowed, currentHealthy, desiredHealthy } = budget.status;
        if (numberOf(disruptionsAllowed) !== 0) return [];
        const pods = protectedBy(state, budget);
        const [waiting] = pods.filter(({ node }) => node !== null && cordoned.has(node));
        if (waiting === undefined) return [];
        const entity = names.ofPod(waiting);
        return [
          {
            kind: "cluster.misconfiguration",
            entity,
            source: budget.source,
            strength: 4,
            summary: `${entity.id}: its disruption budget allows no eviction, so its node cannot be drained`,
            facts: {
              budget: budget.name,
              node: waiting.node,
              pods: pods.length,
              healthy: numberOf(currentHealthy),
              healthy_wanted: numberOf(desiredHealthy),
            },
          },
        ];
      });
    },
  },
];
