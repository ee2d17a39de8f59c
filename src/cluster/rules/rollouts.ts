import { HINT, shortened } from "../abnormal.ts";
import { fieldsOf, numberOf, textMapOf, textOf } from "../fields.ts";
import { selects } from "../label-index.ts";
import { conditionOf, type Found, ofType, type Rule, workloadEntity } from "./rule.ts";

/** Deployments whose new version does not get ready, and StatefulSets without their Service. */
export const ROLLOUT_RULES: readonly Rule[] = [
  {
    cause: "rollout_deadline_exceeded",
    // old pods may serve all the while: the number of ready replicas then matches
    judge: (state, names) =>
      ofType(state, "deployments").flatMap((deployment): Found[] => {
        const progress = conditionOf(deployment.status, "Progressing");
        if (progress?.status !== "False" || progress.reason !== "ProgressDeadlineExceeded") return [];
        const entity = workloadEntity(state, names, deployment);
        const { updatedReplicas, readyReplicas } = deployment.status;
        return [
          {
            kind: "cluster.not-ready",
            entity,
            source: deployment.source,
            strength: 3,
            summary: `${entity.id}: its rollout is stuck: the new version did not become ready within the deadline`,
            facts: {
              workload: deployment.name,
              desired: numberOf(deployment.spec.replicas) ?? 1,
              ready: numberOf(readyReplicas) ?? 0,
              updated: numberOf(updatedReplicas) ?? 0,
              message: shortened(progress.message),
            },
          },
        ];
      }),
  },
  {
    cause: "rollout_paused",
    judge: (state, names) =>
      ofType(state, "deployments").flatMap((deployment): Found[] => {
        const { observedGeneration, updatedReplicas, readyReplicas } = deployment.status;
        const desired = numberOf(deployment.spec.replicas) ?? 1;
        const isOutdated = observedGeneration !== undefined && (numberOf(updatedReplicas) ?? 0) < desired;
        if (deployment.spec.paused !== true || !isOutdated) return [];
        const entity = workloadEntity(state, names, deployment);
        return [
          {
            kind: "cluster.not-ready",
            entity,
            source: deployment.source,
            // pausing is mostly on purpose, as long as the old version serves
            strength: (numberOf(readyReplicas) ?? 0) < desired ? 3 : HINT,
            summary: `${entity.id}: its rollout is paused halfway`,
            facts: { workload: deployment.name, desired, updated: numberOf(updatedReplicas) ?? 0 },
          },
        ];
      }),
  },
  {
    cause: "headless_service_mismatch",
    judge: (state, names) =>
      ofType(state, "statefulsets").flatMap((set): Found[] => {
        const wanted = textOf(set.spec.serviceName) ?? "";
        if (wanted === "" || numberOf(set.spec.replicas) === 0) return [];
        const service = state.serviceIndex.at(set.namespace, wanted);
        const object = ofType(state, "services").find(
          ({ name, namespace }) => name === wanted && namespace === set.namespace,
        );
        const podLabels = textMapOf(fieldsOf(fieldsOf(set.spec.template).metadata).labels);
        const problem =
          service === undefined
            ? state.listed.has(`${set.namespace}/services`)
              ? "does not exist"
              : null
            : object !== undefined && textOf(object.spec.clusterIP) !== null && object.spec.clusterIP !== "None"
              ? "is not headless"
              : Object.keys(service.selector).length > 0 && !selects(service.selector, podLabels)
                ? "does not select its pods"
                : null;
        if (problem === null) return [];
        const isShort = (numberOf(set.status.readyReplicas) ?? 0) < (numberOf(set.spec.replicas) ?? 1);
        const isUnresolved = state.errorLogs.some(({ lines }) =>
          lines.some(({ text }) => text.includes(`.${wanted}`) && /resolv|no such host|NXDOMAIN|NotFound/i.test(text)),
        );
        const entity = workloadEntity(state, names, set);
        return [
          {
            kind: "cluster.misconfiguration",
            entity,
            source: set.source,
            // a set runs without it, as long as nobody uses the names of its pods
            strength: isUnresolved ? 5 : isShort ? 3 : HINT,
            summary: `${entity.id}: the Service that names its pods ${problem}`,
            facts: { workload: set.name, service: wanted, problem },
          },
        ];
      }),
  },
];
