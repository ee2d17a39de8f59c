import { blamesDatabase } from "../rules/error-logs.ts";
import { selects } from "../label-index.ts";
import type { ClusterState, ErrorLog, KubernetesService } from "../state.ts";
import { holdsName } from "../whole-word.ts";
import type { Known } from "./known.ts";
import { agentOf, dependencies, describe, errorLogs, list, manifest, type Wanted } from "./request.ts";

/** Asks what programs log and how they are configured: first those that alerts and other programs name. */
export function askPrograms({ state }: Known): Wanted[] {
  return [...ofAlerts(state), ...ofComplaints(state), ...ofFrontDoors(state), ...ofTheRest(state)];
}

function ofAlerts({ alerts }: ClusterState): Wanted[] {
  const subjects = alerts.filter(({ subjectKind }) => subjectKind === "app");
  return subjects.flatMap(({ subject }) => [
    { request: dependencies(subject), worth: 82, why: `an alert names ${subject}: whom does it call` },
    { request: errorLogs(subject), worth: 65, why: `an alert names ${subject}` },
  ]);
}

/** Programs that error lines of others name, by name or address, and the databases behind them. */
function ofComplaints(state: ClusterState): Wanted[] {
  return state.errorLogs.flatMap((log) => {
    const { service, lines } = log;
    const databases = lines.some(({ text }) => blamesDatabase(text))
      ? [
          { request: manifest(service), worth: 79, why: `which database ${service} uses` },
          { request: list("pods", "labels"), worth: 78, why: "which pods the database has" },
          { request: list("statefulsets"), worth: 77, why: "which databases there are" },
        ]
      : [];
    return [
      ...databases,
      ...namedIn(log, state.services).flatMap((callee) => ofCallee(service, callee, state)),
      ...ofNode(log, state),
      { request: manifest(service), worth: 51, why: `the settings of ${service}, which logs errors` },
    ];
  });
}

/** Whether a port answers decides what to ask of a Service that others complain about. */
function ofCallee(caller: string, { name, ports: [first] }: KubernetesService, { attempts }: ClusterState): Wanted[] {
  const why = `${caller} complains about ${name}`;
  const attempt = attempts.find(({ service }) => service === name);
  if (attempt === undefined && first !== undefined)
    return [{ request: { ask: "connect", service: name, port: Number(first.port) }, worth: 64, why }];
  const own: Wanted = { request: errorLogs(name), worth: 57, why };
  if (attempt?.failed !== true) return [own];
  return [
    { request: describe("services", name), worth: 63, why },
    { request: describe("deployments", name), worth: 62, why },
    own,
    { request: manifest(name), worth: 56, why },
  ];
}

/** A program that reaches several others no more may run on a node that loses its traffic. */
function ofNode(log: ErrorLog, { services, pods }: ClusterState): Wanted[] {
  const node = pods.find(({ workload }) => workload === log.service)?.node ?? null;
  return node === null || namedIn(log, services).length < 2
    ? []
    : [
        {
          request: agentOf(node, "kube-proxy"),
          worth: 60,
          why: `${log.service} on ${node} fails to reach several others`,
        },
      ];
}

/** The most named first. */
function namedIn({ service, lines }: ErrorLog, services: readonly KubernetesService[]): KubernetesService[] {
  const counted = services
    .filter(({ name }) => name !== service)
    .map((one) => ({ one, count: lines.reduce((sum, line) => sum + (names(line.text, one) ? line.count : 0), 0) }));
  return counted
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .map(({ one }) => one);
}

/** True if a line holds the Service's address, or its name as a whole word. */
const names = (text: string, { name, clusterIp }: KubernetesService): boolean =>
  (clusterIp !== null && holdsName(text, clusterIp, ".")) || holdsName(text, name);

/** The programs that users reach first: their errors show what fails behind them. */
function ofFrontDoors({ services, pods, alerts }: ClusterState): Wanted[] {
  const first = alerts.length === 0 ? 58 : 42; // an alert is closer to the fault
  const doors = services.filter(({ type }) => type === "NodePort" || type === "LoadBalancer");
  const programs = doors.map(
    ({ name, selector }) =>
      pods.find((pod) => selects(selector, pod.labels))?.workload ?? Object.values(selector)[0] ?? name,
  );
  return [...new Set(programs)].flatMap((name) => [
    { request: errorLogs(name), worth: first, why: `users reach ${name} first` },
    { request: dependencies(name), worth: first - 6, why: `whom ${name} calls` },
    { request: manifest(name), worth: first - 4, why: `where ${name} routes to` },
  ]);
}

/** When nothing stands out: callees, the agents of the nodes, then every program. */
function ofTheRest({ calls, nodes, workloads }: ClusterState): Wanted[] {
  const called = [...new Set(calls.map(({ to }) => to))];
  return [
    ...called.map((name) => ({ request: errorLogs(name), worth: 50, why: `${name} is called by what alerts name` })),
    ...nodes
      .filter(({ controlPlane }) => !controlPlane)
      .map(({ name }) => ({ request: agentOf(name, "kube-proxy"), worth: 40, why: `traffic on ${name} may be lost` })),
    ...workloads.map(({ name }) => ({ request: errorLogs(name), worth: 30, why: `what ${name} logs` })),
    ...workloads.map(({ name }) => ({ request: manifest(name), worth: 20, why: `how ${name} is configured` })),
  ];
}
