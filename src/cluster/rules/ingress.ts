import { HINT, shortened } from "../abnormal.ts";
import { fieldListOf, fieldsAt, fieldsOf, isFields, type JsonFields, scalarOf, textOf } from "../fields.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import type { Names } from "../names.ts";
import type { ClusterState } from "../state.ts";
import { conditionOf, type Condition, type Found, isRecent, isYoung, ofType, type Rule } from "./rule.ts";

/** A Service that an ingress leads to. A backend may be another object instead: it is not judged. */
type Backend = { service: string; port: string | null };

function backendsOf({ spec }: KubernetesObject): Backend[] {
  const paths = fieldListOf(spec.rules).flatMap(({ http }) => fieldListOf(fieldsOf(http).paths));
  return [spec.defaultBackend, ...paths.map(({ backend }) => backend)].flatMap((backend): Backend[] => {
    const service = fieldsOf(fieldsOf(backend).service);
    const name = textOf(service.name);
    const port = fieldsOf(service.port);
    return name === null ? [] : [{ service: name, port: scalarOf(port.number) ?? scalarOf(port.name) }];
  });
}

/** The entity behind a route: the first Service that it leads to, else the route itself. */
function routeEntity(state: ClusterState, names: Names, route: KubernetesObject, target?: string): Found["entity"] {
  const name = target ?? backendsOf(route)[0]?.service ?? route.name;
  const service = state.serviceIndex.at(route.namespace, name);
  return service ? names.ofService(service) : names.app(name);
}

/** Ingresses that lead nowhere. */
const INGRESS_RULES: readonly Rule[] = [
  {
    cause: "ingress_class_missing",
    judge: (state, names) => {
      const classes = ofType(state, "ingressclasses");
      if (![...state.listed].some((key) => key.endsWith("/ingressclasses"))) return [];
      return ofType(state, "ingresses").flatMap((ingress): Found[] => {
        const wanted = textOf(ingress.spec.ingressClassName);
        if (wanted === null || classes.some(({ name }) => name === wanted)) return [];
        const entity = routeEntity(state, names, ingress);
        return [
          {
            kind: "cluster.misconfiguration",
            entity,
            source: ingress.source,
            strength: 5,
            summary: `${entity.id}: no controller serves its ingress: the ingress class does not exist`,
            facts: { ingress: ingress.name, ingress_class: wanted },
          },
        ];
      });
    },
  },
  {
    cause: "ingress_backend_missing",
    judge: (state, names) =>
      ofType(state, "ingresses").flatMap((ingress) =>
        backendsOf(ingress).flatMap(({ service: wanted, port }): Found[] => {
          const { namespace } = ingress;
          const service = state.serviceIndex.at(namespace, wanted);
          if (service === undefined && !state.listed.has(`${namespace}/services`)) return [];
          const isOffered =
            service !== undefined &&
            (port === null ||
              service.type === "ExternalName" ||
              service.ports.length === 0 ||
              service.ports.some((one) => one.port === port || one.name === port));
          if (isOffered) return [];
          const problem =
            service === undefined ? "a Service that does not exist" : "a port that its Service does not have";
          const entity = routeEntity(state, names, ingress, wanted);
          return [
            {
              kind: "cluster.misconfiguration",
              entity,
              source: ingress.source,
              strength: 5,
              summary: `${entity.id}: its ingress leads to ${problem}`,
              facts: { ingress: ingress.name, service: wanted, port },
            },
          ];
        }),
      ),
  },
  {
    cause: "load_balancer_failed",
    judge: (state, names) =>
      ofType(state, "services").flatMap((object): Found[] => {
        if (object.spec.type !== "LoadBalancer" || isYoung(object)) return [];
        if (fieldListOf(fieldsOf(object.status.loadBalancer).ingress).length > 0) return [];
        const event = state.events.findLast(
          (one) =>
            one.object === `service/${object.name}`.toLowerCase() &&
            one.reason === "SyncLoadBalancerFailed" &&
            isRecent(one),
        );
        if (event === undefined) return [];
        const entity = routeEntity(state, names, object, object.name);
        return [
          {
            kind: "cluster.unreachable",
            entity,
            source: object.source,
            strength: 5,
            summary: `${entity.id}: its load balancer cannot be created`,
            facts: { service: object.name, reason: event.reason, message: shortened(event.message) },
          },
        ];
      }),
  },
];

/** Reasons of a route that somebody still works on. */
const PENDING = /^(Pending|Waiting|AddressNotAssigned)$/;

const refused = (condition: Condition | null): condition is Condition =>
  condition !== null && condition.status === "False" && !PENDING.test(condition.reason);

/** The status that each parent gateway gives a route. A route that no controller has read has none. */
const parentsOf = ({ status }: KubernetesObject): JsonFields[] => fieldListOf(status.parents).filter(isFields);

/** Gateways and routes of the Gateway API that their controller refused. */
const GATEWAY_RULES: readonly Rule[] = [
  {
    cause: "gateway_not_accepted",
    judge: (state, names) =>
      ofType(state, "gateways").flatMap((gateway): Found[] => {
        const conditions = ["Accepted", "Programmed"].map((type) => conditionOf(gateway.status, type));
        const condition = conditions.find(refused);
        if (condition === undefined || condition === null) return [];
        const entity = names.app(gateway.name);
        return [
          {
            kind: "cluster.misconfiguration",
            entity,
            source: gateway.source,
            strength: 5,
            summary: `${entity.id}: its gateway is not accepted or not programmed`,
            facts: { gateway: gateway.name, reason: condition.reason, message: shortened(condition.message) },
          },
        ];
      }),
  },
  {
    cause: "gateway_route_not_accepted",
    judge: (state, names) =>
      ["httproutes", "grpcroutes", "tcproutes", "tlsroutes"].flatMap((type) =>
        ofType(state, type).flatMap((route): Found[] => {
          const condition = parentsOf(route)
            .flatMap((parent) => [conditionOf(parent, "Accepted"), conditionOf(parent, "ResolvedRefs")])
            .find(refused);
          if (!condition) return [];
          const [backend] = fieldListOf(route.spec.rules).flatMap(({ backendRefs }) => fieldListOf(backendRefs));
          const entity = routeEntity(state, names, route, textOf(backend?.name) ?? undefined);
          return [
            {
              kind: "cluster.misconfiguration",
              entity,
              source: route.source,
              strength: 5,
              summary: `${entity.id}: the gateway does not accept its route`,
              facts: { route: route.name, reason: condition.reason, message: shortened(condition.message) },
            },
          ];
        }),
      ),
  },
];

/** Admission webhooks that nobody answers: every request that they guard is refused. */
const WEBHOOK_RULES: readonly Rule[] = [
  {
    cause: "admission_webhook_unreachable",
    judge: (state, names) =>
      ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"].flatMap((type) =>
        ofType(state, type).flatMap((configuration) =>
          fieldListOf(configuration.whole.webhooks).flatMap((webhook): Found[] => {
            const { name: wanted, namespace } = fieldsAt(webhook, "clientConfig", "service");
            const [service, space] = [textOf(wanted), textOf(namespace)];
            if (webhook.failurePolicy === "Ignore" || service === null || space === null) return [];
            const known = state.serviceIndex.at(space, service);
            const isDead = known ? known.hasEndpoints === false : state.listed.has(`${space}/services`);
            if (!isDead) return [];
            const entity = known ? names.ofService(known) : names.app(service);
            const refused = state.workloads.filter((workload) =>
              workload.events.some((event) => isRecent(event) && /failed calling webhook/i.test(event.message)),
            );
            const finding: Found = {
              kind: "cluster.admission",
              entity,
              source: configuration.source,
              // without refused requests, nothing suffers yet
              strength: refused.length > 0 ? 6 : HINT,
              summary: `${entity.id}: its admission webhook does not answer, so the API server rejects objects`,
              facts: { configuration: configuration.name, webhook: textOf(webhook.name), service },
            };
            const [first, ...more] = refused.map((workload) => names.ofWorkload(workload).id);
            return first === undefined
              ? [finding]
              : [first, ...more].map((peer) => ({ ...finding, peer, facts: { ...finding.facts, refused: peer } }));
          }),
        ),
      ),
  },
];

export const ROUTE_RULES: readonly Rule[] = [...INGRESS_RULES, ...GATEWAY_RULES, ...WEBHOOK_RULES];
