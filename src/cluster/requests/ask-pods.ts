import { isUnready, recoveredAtStart, restartedRecently } from "../rules/pods.ts";
import type { Pod } from "../state.ts";
import { isExplained, type Known } from "./known.ts";
import { agentOf, describe, errorLogs, list, manifest, type Wanted } from "./request.ts";

const isTroubled = (pod: Pod): boolean => isUnready(pod) || (restartedRecently(pod) && !recoveredAtStart(pod));
/** Many pods with the same status usually suffer from the same thing: this many of them are described at once. */
const ALIKE = 2;

/** Describes one pod of each workload in trouble, and asks what its description leaves open. */
export function askPods(known: Known): Wanted[] {
  const { state } = known;
  const down = new Set(state.nodes.filter(({ ready }) => !ready).map(({ name }) => name));
  const groups = [...Map.groupBy(state.pods.filter(isTroubled), ({ workload }) => workload)];
  const seen = new Map<string, number>();
  return groups.flatMap(([workload, pods]) => {
    const pod = pods.find(({ isDescribed }) => isDescribed) ?? pods[0];
    if (pod === undefined) return [];
    const alike = (seen.get(pod.status) ?? 0) + 1;
    seen.set(pod.status, alike);
    if (pod.isDescribed) return whatIsOpen(workload, pod, known);
    const isVictim = pods.every(({ node }) => node !== null && down.has(node));
    const worth = isVictim ? 30 : alike > ALIKE ? 60 : 90;
    return [{ request: describe("pods", pod.name), worth, why: `${pod.name} is ${pod.status}` }];
  });
}

function whatIsOpen(workload: string, pod: Pod, known: Known): Wanted[] {
  const isPending = pod.node === null && /Pending/.test(pod.status);
  if (isPending) return [...askVolumes(workload, pod), ...askScheduler(pod, known)];
  return isExplained(known, known.names.ofPod(pod).id)
    ? []
    : [
        { request: errorLogs(workload), worth: 80, why: `${workload} does not say why it fails` },
        { request: manifest(workload), worth: 70, why: `${workload} may be configured wrongly` },
      ];
}

/** A claim may be missing because a quota refused it, and stay unbound because no volume fits what it declares. */
function askVolumes(workload: string, { name, events, claims }: Pod): Wanted[] {
  if (!events.some(({ message }) => /persistentvolumeclaim|volume node affinity/i.test(message))) return [];
  const why = `${name} waits for a volume`;
  const isMissing = events.some(({ message }) => /persistentvolumeclaim "[^"]+" not found/i.test(message));
  return [
    { request: list("persistentvolumeclaims", "wide"), worth: 89, why },
    { request: manifest(workload), worth: 88, why: `which volume ${workload} declares` },
    ...(isMissing
      ? [{ request: list("resourcequotas"), worth: 87, why: `a quota may have refused the claim of ${workload}` }]
      : [
          ...claims.map((claim) => ({ request: describe("persistentvolumeclaims", claim), worth: 87, why })),
          { request: list("persistentvolumes", "labels"), worth: 86, why },
          { request: list("storageclasses"), worth: 85, why },
        ]),
  ];
}

/** A pod that waits without an event was never looked at by the scheduler. */
const askScheduler = ({ name, events }: Pod, { state }: Known): Wanted[] =>
  events.length > 0
    ? []
    : state.nodes
        .filter(({ controlPlane }) => controlPlane)
        .map((node) => ({
          request: agentOf(node.name, "kube-scheduler"),
          worth: 90,
          why: `nobody tries to schedule ${name}`,
        }));
