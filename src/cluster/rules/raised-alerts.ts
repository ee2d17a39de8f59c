import type { Abnormal } from "../abnormal.ts";
import type { Names } from "../names.ts";
import type { ClusterState, RaisedAlert } from "../state.ts";
import { isUnready } from "./pods.ts";

const SLOW = /latency|slow|response time|duration/i;
const CPU = /\bcpu/i;
const THROTTLED = /throttl/i;
const RETRANSMITS = /retrans/i;
const NOT_FOUND = /\b404\b|not found/i;

/** Symptoms that alerts report about one entity. `slowness`: times its usual latency, 1 if it is not slow. */
type Symptoms = { id: string; alert: RaisedAlert; slowness: number; cpu: boolean };

/**
 * Compares alerts along the calls. A service is the origin of its slowness if nothing that it calls is slow or short
 * of CPU. Services that are slow independently share a cause: the node that they run on, else the one service that
 * calls them all.
 */
export function judgeRaisedAlerts(state: ClusterState, names: Names): Abnormal[] {
  const symptoms = symptomsOf(state, names);
  const callees = Map.groupBy(state.calls, ({ from }) => names.app(from).id);
  const below = (id: string): string[] => {
    const seen = new Set([id]);
    for (const at of seen) for (const { to } of callees.get(at) ?? []) seen.add(names.app(to).id);
    seen.delete(id);
    return [...seen];
  };
  const suffering = new Set(symptoms.map(({ id }) => id));
  const origins = symptoms.filter(({ id }) => !below(id).some((callee) => suffering.has(callee)));
  const shared = commonNode(origins, state, names);
  const caller = shared ? null : commonCaller(origins, symptoms, callees, names);
  const isOrigin = (id: string): boolean =>
    caller ? id === caller : shared ? false : origins.some((origin) => origin.id === id);
  return [
    ...symptoms.map((one) => asFinding(one, isOrigin(one.id))),
    ...(shared ? [slowNode(shared, state, names)] : []),
    ...resendingNodes(state, names),
    ...notFound(state, names),
  ];
}

function symptomsOf({ alerts }: ClusterState, names: Names): Symptoms[] {
  return alerts
    .filter(({ subjectKind }) => subjectKind === "app")
    .flatMap((alert): Symptoms[] => {
      const slowTexts = alert.texts.filter((text) => SLOW.test(text) && !/missing|vanished/i.test(text));
      const slowness =
        slowTexts.length === 0 ? 1 : Math.max(1.5, ...slowTexts.flatMap(changes).map(({ ratio }) => ratio));
      const busy = alert.texts.filter((text) => CPU.test(text));
      // throttling alone is normal with small limits: it counts only together with rising use
      const cpu =
        busy.some((text) => !THROTTLED.test(text)) &&
        (busy.some((text) => THROTTLED.test(text)) || busy.flatMap(changes).some(({ ratio }) => ratio >= 4));
      return slowness === 1 && !cpu ? [] : [{ id: names.app(alert.subject).id, alert, slowness, cpu }];
    });
}

/**
 * Reads `Normal=3.86ms -> Current=3105.56ms`: the ratio to the usual value, at most 1000. From zero it counts as ten.
 */
const changes = (text: string): { ratio: number; now: number }[] =>
  [...text.matchAll(/=\s*([\d.]+)[^\d\s|]*\s*->\s*\w+\s*=\s*([\d.]+)/g)].map(([, before, after]) => {
    const [was, now] = [Number(before), Number(after)];
    return { ratio: was > 0 ? Math.min(1000, now / was) : 10, now };
  });

function asFinding({ id, alert, slowness, cpu }: Symptoms, origin: boolean): Abnormal {
  const grade = Math.min(5, 1 + Math.log2(slowness) / 2 + (cpu ? 2 : 0));
  const times = Number(slowness.toFixed(1));
  const what = [...(cpu ? ["cpu use and throttling up"] : []), ...(slowness > 1 ? ["response latency up"] : [])].join(
    ", ",
  );
  return {
    kind: "alert.firing",
    cause: cpu ? "cpu_contention" : "network_delay",
    entity: { id, kind: "service" },
    source: alert.source,
    strength: origin ? grade : Math.min(0.5, grade / 8),
    summary: `${id}: ${what}${origin ? ", but nothing that it calls is affected" : ", as in what it calls"}`,
    facts: { name: cpu ? "cpu" : "latency", direction: "up", times_usual: times },
    exemplar: alert.texts.join("; ").slice(0, 500),
  };
}

type Shared = { node: string; slow: string[] };

/** Finds the node that runs two thirds, and at least two, of the services that are slow independently. */
function commonNode(origins: readonly Symptoms[], { pods }: ClusterState, names: Names): Shared | null {
  const slow = origins.filter(({ slowness, cpu }) => slowness > 1 && !cpu);
  const byNode = Map.groupBy(
    slow.flatMap(({ id }) =>
      [...new Set(pods.filter((pod) => names.ofPod(pod).id === id).flatMap(({ node }) => node ?? []))].map((node) => ({
        id,
        node,
      })),
    ),
    ({ node }) => node,
  );
  const [most] = [...byNode].toSorted(([, a], [, b]) => b.length - a.length);
  if (!most || most[1].length < 2 || most[1].length * 3 < slow.length * 2) return null;
  return { node: most[0], slow: most[1].map(({ id }) => id) };
}

/** Finds the one slow caller of all of at least three services that are slow independently. */
function commonCaller(
  origins: readonly Symptoms[],
  symptoms: readonly Symptoms[],
  callees: ReadonlyMap<string, readonly { to: string }[]>,
  names: Names,
): string | null {
  const slow = origins.filter(({ slowness, cpu }) => slowness > 1 && !cpu).map(({ id }) => id);
  if (slow.length < 3) return null;
  const callers = symptoms
    .map(({ id }) => id)
    .filter((id) => slow.every((one) => (callees.get(id) ?? []).some(({ to }) => names.app(to).id === one)));
  return callers.length === 1 ? (callers[0] ?? null) : null;
}

function slowNode({ node, slow }: Shared, { nodes }: ClusterState, names: Names): Abnormal {
  const entity = names.node(node);
  return {
    kind: "cluster.node-trouble",
    cause: "node_network_delay",
    entity,
    source: nodes.find(({ name }) => name === node)?.source ?? "",
    strength: 4,
    summary: `${entity.id}: ${slow.length} services on it are slow at the same time, each independently`,
    facts: { services: slow.length, names: slow.join(",").slice(0, 200) },
  };
}

/** Finds nodes that retransmit packets far more often than others. */
function resendingNodes({ alerts }: ClusterState, names: Names): Abnormal[] {
  return alerts
    .filter(({ subjectKind }) => subjectKind === "node")
    .flatMap(({ subject, texts, source }): Abnormal[] => {
      const perSecond = Math.max(
        0,
        ...texts
          .filter((text) => RETRANSMITS.test(text))
          .flatMap(changes)
          .map(({ now }) => now),
      );
      const entity = names.node(subject);
      return perSecond < 0.1
        ? []
        : [
            {
              kind: "cluster.node-trouble",
              cause: "node_network_loss",
              entity,
              source,
              strength: Math.min(5, perSecond),
              summary: `${entity.id}: retransmits ${perSecond} packets per second`,
              facts: { retransmits: perSecond },
            },
          ];
    });
}

/** Finds ready services whose requests are answered 404: whoever routes them sends them elsewhere. */
function notFound({ alerts, pods }: ClusterState, names: Names): Abnormal[] {
  return alerts
    .filter(({ texts, subjectKind }) => subjectKind === "app" && texts.some((text) => NOT_FOUND.test(text)))
    .flatMap(({ subject, texts, count, source }): Abnormal[] => {
      const entity = names.app(subject);
      const own = pods.filter((pod) => names.ofPod(pod).id === entity.id);
      if (own.length === 0 || own.some(isUnready)) return [];
      return [
        {
          kind: "cluster.misconfiguration",
          cause: "gateway_route_wrong",
          entity,
          source,
          strength: Math.min(5, 2 + count / 5),
          summary: `${entity.id}: requests to its paths get 404, although it is ready`,
          facts: { count },
          exemplar: texts.join("; ").slice(0, 500),
        },
      ];
    });
}
