import { shortened } from "../abnormal.ts";
import { fieldListOf, fieldsAt, textOf } from "../fields.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import type { Names } from "../names.ts";
import type { ClusterState, Pod } from "../state.ts";
import { isUnready } from "./pods.ts";
import { type Found, isRecent, podObjects, type Rule, STUCK_S } from "./rule.ts";

/** What the platform says about a pod that does not start: recent warnings, and why its containers wait or ended. */
function reasonsOf(pod: Pod, object: KubernetesObject | undefined): string[] {
  const statuses = [
    ...fieldListOf(object?.status.initContainerStatuses),
    ...fieldListOf(object?.status.containerStatuses),
  ];
  return [
    ...pod.events.filter((event) => event.warning && isRecent(event)).map(({ message }) => message),
    ...statuses.flatMap((one) =>
      [
        fieldsAt(one, "state", "waiting"),
        fieldsAt(one, "state", "terminated"),
        fieldsAt(one, "lastState", "terminated"),
      ].flatMap(({ message }) => textOf(message) ?? []),
    ),
  ];
}

const MISSING = /(secret|configmap)s? "([^"]+)" not found/i;

/** Faults that keep a pod from starting, in the words of the kubelet and of the container runtime. */
const MESSAGES: readonly { cause: string; kind: Found["kind"]; words: RegExp; says: string }[] = [
  {
    cause: "config_key_missing",
    kind: "cluster.misconfiguration",
    words: /couldn't find key \S+ in|references non-existent (config|secret) key/i,
    says: "needs a key that its config map or secret does not have",
  },
  {
    cause: "image_architecture_wrong",
    kind: "cluster.misconfiguration",
    words: /exec format error|no match(ing manifest)? for platform|no matching manifest for/i,
    says: "the image is built for another CPU architecture",
  },
  {
    cause: "container_command_wrong",
    kind: "cluster.misconfiguration",
    words: /executable file not found|no such file or directory: unknown|starting container process caused/i,
    says: "its command cannot be executed",
  },
  {
    cause: "run_as_root_refused",
    kind: "cluster.misconfiguration",
    words: /runAsNonRoot and image (will run as root|has non-numeric user)/i,
    says: "it must not run as root, but its image does",
  },
  {
    cause: "volume_multi_attach",
    kind: "cluster.misconfiguration",
    words: /^Multi-Attach error for volume/i,
    says: "its volume is still attached to another node",
  },
  {
    cause: "volume_attach_failed",
    kind: "cluster.misconfiguration",
    words: /^AttachVolume\.Attach failed/i,
    says: "its volume cannot be attached to its node",
  },
  {
    cause: "volume_mount_failed",
    kind: "cluster.misconfiguration",
    words: /^(MountVolume\.|Unable to attach or mount volumes)(?!.*(secrets?|configmaps?) "[^"]+" not found)/is,
    says: "a volume cannot be mounted",
  },
  {
    cause: "pod_addresses_exhausted",
    kind: "cluster.misconfiguration",
    words: /failed to (assign an IP address|allocate (for range|an address))|no IP addresses available|IPAM.*exhaust/i,
    says: "the pod network has no free address for it",
  },
  {
    cause: "pod_network_setup_failed",
    kind: "cluster.misconfiguration",
    words: /failed to set ?up network for sandbox|plugin type="[^"]+".* failed \(add\)|networkPlugin cni failed/i,
    says: "its pod network cannot be set up",
  },
];

/** The first reason counts: later ones are about the same start. */
const startRules = MESSAGES.map(({ cause, kind, words, says }, at): Rule => ({
  cause,
  judge: (state, names) =>
    stuckPods(state).flatMap(({ pod, reasons }) => {
      const message = reasons.findLast((text) => words.test(text));
      const isExplained = MESSAGES.slice(0, at).some((other) => reasons.some((text) => other.words.test(text)));
      if (message === undefined || isExplained) return [];
      // a pod on a failed node suffers from the node
      const isVictim = state.nodes.some(
        ({ name, ready, agents }) => name === pod.node && (!ready || agents.some((one) => one.state !== "active")),
      );
      const strength = isVictim ? 1 : cause.startsWith("volume") ? 4 : 5;
      return [found(pod, names, { kind, strength, says, facts: { message: shortened(message) } })];
    }),
}));

const stuckPods = (state: ClusterState): { pod: Pod; reasons: string[] }[] => {
  const objects = podObjects(state);
  return state.pods
    .filter((pod) => isUnready(pod) && !/^(Failed|Evicted)/.test(pod.status))
    .map((pod) => ({ pod, reasons: reasonsOf(pod, objects.get(`${pod.namespace}/${pod.name}`)) }));
};

type Statement = Pick<Found, "kind" | "strength" | "facts"> & { says: string };

/** A finding about a pod, in a sentence about its workload. */
export function found(pod: Pod, names: Names, { kind, strength, says, facts }: Statement): Found {
  const entity = names.ofPod(pod);
  return {
    kind,
    entity,
    source: pod.source,
    strength,
    summary: `${entity.id}: ${says}`,
    facts: { pod: pod.name, status: pod.status, ...facts },
  };
}

const OOM = "OOMKilled";

const initContainerOf = (pod: Pod): string | null =>
  pod.containers.find(({ state, ready }) => ready !== true && state !== "Completed")?.name ?? null;

/** Pods that wait for an init container, and pods that may not be scheduled yet. */
export const POD_START_RULES: readonly Rule[] = [
  ...startRules,
  {
    cause: "secret_missing",
    judge: (state, names) =>
      stuckPods(state).flatMap(({ pod, reasons }) => {
        const message = reasons.findLast((text) => MISSING.test(text));
        const [, type = "secret", name = ""] = MISSING.exec(message ?? "") ?? [];
        if (message === undefined) return [];
        const says = `needs a ${type.toLowerCase()} that does not exist`;
        const facts = { missing: name, message: shortened(message) };
        return [found(pod, names, { kind: "cluster.misconfiguration", strength: 5, says, facts })];
      }),
  },
  {
    cause: "init_container_stuck",
    judge: ({ pods }, names) =>
      pods
        .filter(({ status, ageS }) => /^Init:\d+\/\d+$/.test(status) && ageS !== null && ageS > STUCK_S)
        .filter(({ events }) => !events.some((event) => event.warning && isRecent(event)))
        .map((pod) => {
          const facts = { container: initContainerOf(pod), age_s: Math.round(pod.ageS ?? 0) };
          return found(pod, names, {
            kind: "cluster.not-ready",
            strength: 4,
            says: "its init container does not finish, so its main containers never start",
            facts,
          });
        }),
  },
  {
    cause: "init_container_fails",
    judge: ({ pods }, names) =>
      pods
        .filter(({ status }) => /^Init:(CrashLoopBackOff|Error|ExitCode:\d+|StartError)$/.test(status))
        .filter(({ containers }) => !containers.some(({ state, lastState }) => state === OOM || lastState === OOM))
        .map((pod) => {
          const failing = pod.containers.find(({ exitCode, ready }) => ready !== true && (exitCode ?? 0) > 0);
          return found(pod, names, {
            kind: "cluster.crash-loop",
            strength: 5,
            says: "its init container fails, so its main containers never start",
            facts: { container: failing?.name ?? initContainerOf(pod), exit_code: failing?.exitCode ?? null },
          });
        }),
  },
  {
    cause: "init_container_out_of_memory",
    judge: ({ pods }, names) =>
      pods.flatMap((pod): Found[] => {
        const killed = pod.containers.find(({ state, lastState }) => state === OOM || lastState === OOM);
        if (!pod.status.startsWith("Init:") || (killed === undefined && pod.status !== `Init:${OOM}`)) return [];
        return [
          found(pod, names, {
            kind: "cluster.out-of-memory",
            strength: 6,
            says: "its init container is killed because it ran out of memory",
            facts: { container: killed?.name ?? null, limit: killed?.memoryLimit ?? null, reason: OOM },
          }),
        ];
      }),
  },
  {
    cause: "scheduling_gated",
    judge: (state, names) => {
      const objects = podObjects(state);
      return state.pods
        .filter(({ status, ageS }) => status === "SchedulingGated" && (ageS === null || ageS > STUCK_S))
        .map((pod) => {
          const gates = fieldListOf(objects.get(`${pod.namespace}/${pod.name}`)?.spec.schedulingGates);
          const gate = gates.map(({ name }) => textOf(name) ?? "").join(",");
          return found(pod, names, {
            kind: "cluster.unschedulable",
            strength: 5,
            says: "a scheduling gate blocks it, and nothing removes the gate",
            facts: { gate, age_s: pod.ageS === null ? null : Math.round(pod.ageS) },
          });
        });
    },
  },
];
