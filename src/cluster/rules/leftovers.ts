import { shortened } from "../abnormal.ts";
import { fieldListOf, fieldsOf, textOf, textsOf, timeOf } from "../fields.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import { conditionOf, type Found, isRecent, isYoung, ofType, type Rule, secondsSince, STUCK_S } from "./rule.ts";

/** Seconds since an object was deleted, if it is still there; null if it was not deleted. */
const deletedS = (object: KubernetesObject): number | null =>
  object.isDeleted ? secondsSince(timeOf(fieldsOf(object.whole.metadata).deletionTimestamp), object) : null;

/** Conditions of a namespace that say what keeps it. */
const NAMESPACE_CONDITIONS = [
  "NamespaceFinalizersRemaining",
  "NamespaceContentRemaining",
  "NamespaceDeletionContentFailure",
  "NamespaceDeletionDiscoveryFailure",
];

/** Types with a rule of their own, or whose protection by a finalizer is normal. */
const NOT_STUCK = new Set(["pods", "namespaces", "persistentvolumeclaims", "persistentvolumes"]);

/** What was deleted and stays, volumes that are lost, and extensions of the API that do not answer. */
export const LEFTOVER_RULES: readonly Rule[] = [
  {
    cause: "namespace_stuck",
    judge: (state, names) =>
      ofType(state, "namespaces").flatMap((namespace): Found[] => {
        const overdueS = deletedS(namespace);
        if (namespace.status.phase !== "Terminating" || overdueS === null || overdueS < STUCK_S) return [];
        const kept = NAMESPACE_CONDITIONS.map((type) => conditionOf(namespace.status, type)).find(
          (one) => one?.status === "True",
        );
        const entity = names.namespace(namespace.name);
        return [
          {
            kind: "cluster.admission",
            entity,
            source: namespace.source,
            strength: 4,
            summary: `${entity.id}: its deletion is stuck: an object in it has a finalizer`,
            facts: {
              since_s: Math.round(overdueS),
              reason: kept?.reason ?? null,
              message: shortened(kept?.message ?? ""),
            },
          },
        ];
      }),
  },
  {
    cause: "finalizer_stuck",
    judge: (state, names) =>
      state.objects.flatMap((object): Found[] => {
        const overdueS = NOT_STUCK.has(object.type) ? null : deletedS(object);
        const finalizers = textsOf(fieldsOf(object.whole.metadata).finalizers);
        if (overdueS === null || overdueS < STUCK_S || finalizers.length === 0) return [];
        const entity = names.app(object.name);
        return [
          {
            kind: "cluster.misconfiguration",
            entity,
            source: object.source,
            strength: 2,
            summary: `${entity.id}: its deletion is stuck: it has a finalizer`,
            facts: { object_kind: object.kind, since_s: Math.round(overdueS), finalizers: finalizers.join(",") },
          },
        ];
      }),
  },
  {
    cause: "claim_lost",
    judge: ({ claims, pods }, names) =>
      claims
        .filter(({ status }) => status === "Lost")
        .map((claim): Found => {
          const user = pods.find((pod) => pod.namespace === claim.namespace && pod.claims.includes(claim.name));
          const entity = user ? names.ofPod(user) : names.app(claim.name);
          return {
            kind: "cluster.misconfiguration",
            entity,
            source: claim.source,
            strength: 5,
            summary: `${entity.id}: the volume of its claim is lost`,
            facts: { claim: claim.name, volume: claim.volume },
          };
        }),
  },
  {
    cause: "api_extension_unavailable",
    judge: (state, names) =>
      ofType(state, "apiservices").flatMap((service): Found[] => {
        const available = conditionOf(service.status, "Available");
        if (available?.status !== "False" || isYoung(service)) return [];
        const entity = names.app(textOf(fieldsOf(service.spec.service).name) ?? service.name);
        return [
          {
            kind: "cluster.unreachable",
            entity,
            source: service.source,
            strength: 3,
            summary: `${entity.id}: it serves an extension of the Kubernetes API, and does not answer`,
            facts: { api: service.name, reason: available.reason, message: shortened(available.message) },
          },
        ];
      }),
  },
  {
    cause: "resource_definition_refused",
    judge: (state, names) =>
      ofType(state, "customresourcedefinitions").flatMap((definition): Found[] => {
        const refused = ["NamesAccepted", "Established"]
          .map((type) => conditionOf(definition.status, type))
          .find((condition) => condition?.status === "False" && condition.reason !== "Installing");
        if (!refused || isYoung(definition)) return [];
        const entity = names.app(definition.name);
        return [
          {
            kind: "cluster.misconfiguration",
            entity,
            source: definition.source,
            strength: 3,
            summary: `${entity.id}: the API server rejects its definition`,
            facts: { reason: refused.reason, message: shortened(refused.message) },
          },
        ];
      }),
  },
  {
    cause: "resource_conversion_fails",
    judge: (state, names) => {
      const texts = [
        ...state.events.filter(isRecent).map(({ message }) => ({ text: message, source: "" })),
        ...state.errorLogs.flatMap(({ lines, source }) => lines.map(({ text }) => ({ text, source }))),
      ];
      const failed = texts.find(({ text }) => /conversion webhook for \S+.* failed/i.test(text));
      if (failed === undefined) return [];
      const [, group = "", kind = ""] = /conversion webhook for (\S+), Kind=(\w+)/.exec(failed.text) ?? [];
      const definition = ofType(state, "customresourcedefinitions").find(
        ({ spec }) => fieldsOf(spec.names).kind === kind && group.startsWith(textOf(spec.group) ?? "?"),
      );
      if (definition === undefined && kind === "") return [];
      const client = fieldsOf(fieldsOf(fieldsOf(fieldsOf(definition?.spec).conversion).webhook).clientConfig);
      const entity = names.app(textOf(fieldsOf(client.service).name) ?? definition?.name ?? kind);
      return [
        {
          kind: "cluster.admission",
          entity,
          source: definition?.source ?? failed.source,
          strength: 5,
          summary: `${entity.id}: its webhook does not convert stored objects to the requested version`,
          facts: { message: shortened(failed.text), versions: fieldListOf(definition?.spec.versions).length },
        },
      ];
    },
  },
];
