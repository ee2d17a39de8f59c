import { signalWords } from "../domain/signals.ts";
import { HOST_ALERTS } from "./known/hosts.ts";
import { KUBERNETES_ALERTS } from "./known/kubernetes.ts";
import { type AlertMeaning, type AlertNames, type MeaningName, MEANINGS, namesIn } from "./known/meanings.ts";
import { STORE_ALERTS } from "./known/stores.ts";

/**
 * Reduces all spellings of a name to one: `KubePodCrashLooping`, `kube_pod_crash_looping`, `Kube pod crash looping`.
 */
export const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, "");

const entriesOf = (table: AlertNames): [string, MeaningName][] =>
  Object.entries(table).flatMap(([meaning, names]) =>
    namesIn(names).map((name): [string, MeaningName] => [plainName(name), meaning as MeaningName]),
  );

/** The known alert names with their meanings. */
export const KNOWN_ALERTS: ReadonlyMap<string, MeaningName> = new Map(
  [KUBERNETES_ALERTS, HOST_ALERTS, STORE_ALERTS].flatMap(entriesOf),
);

/** Reasons of Kubernetes for the state of a container or pod, in the label `reason`. */
const REASONS: Readonly<Record<string, MeaningName>> = {
  crashloopbackoff: "crashLoop",
  oomkilled: "outOfMemory",
  imagepullbackoff: "image",
  errimagepull: "image",
  invalidimagename: "image",
  createcontainerconfigerror: "configuration",
  createcontainererror: "configuration",
  runcontainererror: "configuration",
  containercannotrun: "configuration",
  unschedulable: "unschedulable",
  evicted: "notReady",
};

/** Word rules for names that are in no table. A rule applies if the name has all its words; the first one decides. */
const WORD_RULES: readonly (readonly [string, MeaningName])[] = [
  ["crash+loop", "crashLoop"],
  ["crash+looping", "crashLoop"],
  ["crashloop", "crashLoop"],
  ["crashlooping", "crashLoop"],
  ["oom", "outOfMemory"],
  ["oomkilled", "outOfMemory"],
  ["out+of+memory", "outOfMemory"],
  ["image+pull", "image"],
  ["clock", "clock"],
  ["ntp", "clock"],
  ["time+drift", "clock"],
  ["disk+full", "diskFull"],
  ["volume+filling", "diskFull"],
  ["volume+full", "diskFull"],
  ["filesystem+full", "diskFull"],
  ["disk+space", "diskFull"],
  ["storage+space", "diskFull"],
  ["out+of+disk", "diskFull"],
  ["inodes", "diskFull"],
  ["certificate+expired", "certificate"],
  ["cert+expired", "certificate"],
  ["replication+lag", "replication"],
  ["replica+lag", "replication"],
  ["replication+broken", "replication"],
  ["consumer+lag", "backlog"],
  ["waiting+connection", "connections"],
  ["connections+exhausted", "connections"],
  ["too+many+connections", "connections"],
  ["packet+loss", "packetLoss"],
  ["node+ready", "nodeDown"],
  ["host+down", "nodeDown"],
];

/**
 * The meaning of a known alert: by the reason in its labels, else by its name, else by the words of its name. Null for
 * an unknown alert.
 */
export function meaningOf({
  name,
  labels,
}: {
  name: string;
  labels?: Readonly<Record<string, string>> | undefined;
}): AlertMeaning | null {
  const byReason = REASONS[plainName(labels?.reason ?? "")];
  const byName = byReason ?? KNOWN_ALERTS.get(plainName(name)) ?? KNOWN_ALERTS.get(plainName(withoutPrefix(name)));
  const meaning = byName ?? byWords(name);
  return meaning === null ? null : MEANINGS[meaning];
}

/** Removes a stage or service before the name, as in `prod/orders/HighCPUUtilization` (CloudWatch and others). */
const withoutPrefix = (name: string): string => name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf(":")) + 1);

function byWords(name: string): MeaningName | null {
  const words = new Set(signalWords(name));
  return WORD_RULES.find(([rule]) => rule.split("+").every((word) => words.has(word)))?.[1] ?? null;
}
