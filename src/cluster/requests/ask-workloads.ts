import type { Workload } from "../state.ts";
import { isExplained, type Known } from "./known.ts";
import { describe, list, manifest, type Wanted } from "./request.ts";

/** Asks why a workload has fewer pods than it should, or none. */
export function askWorkloads(known: Known): Wanted[] {
  const { state } = known;
  return [...state.workloads.flatMap((workload) => whyPodsLack(workload, known)), ...withoutService(known)].concat(
    state.quotas.length === 0 && state.workloads.some((workload) => lacksPods(workload, known))
      ? [{ request: list("resourcequotas"), worth: 86, why: "a quota may refuse pods" }]
      : [],
  );
}

const podsOf = ({ name, namespace }: Workload, { state }: Known) =>
  state.pods.filter((pod) => pod.workload === name && pod.namespace === namespace);
const lacksPods = (workload: Workload, known: Known): boolean =>
  workload.desired !== null && podsOf(workload, known).length < workload.desired;

function whyPodsLack(workload: Workload, known: Known): Wanted[] {
  const { name, kind, desired } = workload;
  const type = `${kind.toLowerCase()}s`;
  const isOff = desired === 0;
  if (!isOff && !lacksPods(workload, known)) return [];
  const why = isOff ? `${name} is scaled to zero` : `${name} has too few pods`;
  const sets = workload.events.flatMap(({ message }) => /replica set (\S+)/.exec(message)?.[1] ?? []);
  return isExplained(known, known.names.ofWorkload(workload).id)
    ? []
    : [
        { request: describe(type, name), worth: 92, why },
        ...[...new Set(sets)].slice(-1).map((set) => ({ request: describe("replicasets", set), worth: 91, why })),
      ];
}

/** A workload whose name most others share with a Service, but not this one: its Service may have been refused. */
function withoutService({ state }: Known): Wanted[] {
  if (state.services.length === 0) return [];
  const served = new Set(state.services.map(({ name }) => name));
  const deployments = state.workloads.filter(({ kind }) => kind === "Deployment");
  const without = deployments.filter(({ name }) => !served.has(name));
  if (without.length === 0 || without.length > deployments.length / 4) return [];
  const hasQuota = state.quotas.some(({ resource }) => resource.includes("services"));
  return [
    { request: list("resourcequotas"), worth: 59, why: "a quota may refuse Services" },
    ...without.map(({ name }) => ({
      request: manifest(name),
      worth: hasQuota ? 88 : 25,
      why: `${name} has no Service of its name`,
    })),
  ];
}
