import { isUnready } from "../rules/pods.ts";
import type { KubernetesService } from "../state.ts";
import { isExplained, type Known } from "./known.ts";
import { describe, list, type Wanted } from "./request.ts";

/** Asks about Services that have no endpoints, or whose ports are unlike those of the pods behind them. */
export function askServices(known: Known): Wanted[] {
  return known.state.services.flatMap((service) =>
    service.type === "ExternalName" || isExplained(known, known.names.ofService(service).id)
      ? []
      : [...whyNoEndpoints(service, known), ...oddPorts(service, known)],
  );
}

function whyNoEndpoints({ name, namespace, hasEndpoints, selector }: KubernetesService, { state }: Known): Wanted[] {
  if (hasEndpoints !== false || Object.keys(selector).length === 0) return [];
  const own = state.pods.filter((pod) => pod.namespace === namespace && pod.workload === name);
  const workload = state.workloads.find((one) => one.name === name && one.namespace === namespace);
  const why = `Service ${name} has no endpoints`;
  // a Service for pods that nobody declares is often a leftover
  if (workload === undefined && own.length === 0) return [{ request: describe("services", name), worth: 50, why }];
  return own.length === 0 || own.some((pod) => !isUnready(pod))
    ? [
        { request: describe("services", name), worth: 91, why },
        { request: list("pods", "labels"), worth: 90, why: `the selector of Service ${name} may match no pod` },
        { request: describe(workload?.kind ?? "Deployment", name), worth: 89, why: `which ports ${name} serves` },
      ]
    : [];
}

/** Its protocol is like no other's, or its endpoints have another port than most Services would give them. */
function oddPorts(service: KubernetesService, { state }: Known): Wanted[] {
  const { name, ports, endpointPorts } = service;
  const isOddProtocol = ports.some(
    ({ protocol }) => protocol !== "TCP" && !state.services.some((other) => other !== service && uses(other, protocol)),
  );
  const isOtherPort = endpointPorts.length > 0 && ports.every(({ port }) => !endpointPorts.includes(port));
  if (!isOddProtocol && !isOtherPort) return [];
  const why = isOddProtocol
    ? `Service ${name} has another protocol than the rest`
    : `Service ${name} leads to another port than its own`;
  const worth = isOddProtocol ? 84 : 54;
  const [port] = ports.map((one) => Number(one.port));
  if (!isOddProtocol && port !== undefined) {
    const attempt = state.attempts.find((one) => one.service === name);
    if (attempt === undefined) return [{ request: { ask: "connect", service: name, port }, worth, why }];
    if (!attempt.failed) return [];
  }
  return [
    { request: describe("services", name), worth, why },
    { request: describe("deployments", name), worth: worth - 1, why: `which ports ${name} serves` },
  ];
}

const uses = ({ ports }: KubernetesService, wanted: string): boolean =>
  ports.some(({ protocol }) => protocol === wanted);
