import { times } from "../../domain/phrasing.ts";
import { type Abnormal, HINT, shortened } from "../abnormal.ts";
import type { Container } from "../containers.ts";
import type { Names } from "../names.ts";
import type { ClusterState, Pod } from "../state.ts";
import { schedulerIsDown } from "./scheduling.ts";

/** Older restarts do not belong to this incident. Seconds. */
const RECENT_S = 1800;

const isDone = ({ status }: Pod): boolean => /^(Completed|Succeeded)$/.test(status);
/** True if some containers of a pod are not ready. */
export const isUnready = (pod: Pod): boolean =>
  !isDone(pod) && (pod.ready < pod.total || /^(Pending|Failed|Unknown|Error)/.test(pod.status));
export const restartedRecently = ({ restarts, restartedAgoS, ageS }: Pod): boolean =>
  restarts > 0 && (restartedAgoS ?? ageS ?? RECENT_S) < RECENT_S;

/** Time in which a start may take a few attempts, because a dependency started later. Seconds. */
const START_S = 120;
export const recoveredAtStart = (pod: Pod): boolean =>
  !isUnready(pod) &&
  pod.ageS !== null &&
  pod.restartedAgoS !== null &&
  pod.ageS - pod.restartedAgoS < START_S &&
  pod.restartedAgoS > START_S;

/** True if the pod is so old that its restarts add up over many days. */
const isOld = ({ ageS }: Pod): boolean => ageS !== null && ageS > 4 * RECENT_S;

/** Judges the state of each pod by itself: memory, crashes, restarts, missing configuration, readiness. */
export function judgePods({ pods, nodes }: ClusterState, names: Names): Abnormal[] {
  const downNodes = new Set(
    nodes
      .filter(({ ready, agents }) => !ready || agents.some(({ state }) => state !== "active"))
      .map(({ name }) => name),
  );
  const orphaned = schedulerIsDown({ nodes });
  const isVictim = ({ node }: Pod): boolean => (node === null ? orphaned : downNodes.has(node));
  return pods.flatMap((pod): Abnormal[] => {
    const { status, ready, total, restarts, containers, source } = pod;
    const base = { entity: names.ofPod(pod), source };
    const facts = {
      pod: pod.name,
      status,
      ready,
      containers: total,
      restarts,
      ...(pod.node === null ? {} : { node: pod.node }),
    };
    const found: Abnormal[] = [];
    const states = [status, ...containers.flatMap(({ state, lastState }) => [state ?? "", lastState ?? ""])];
    const warningLike = (words: RegExp): string | undefined =>
      pod.events.findLast(({ warning, message }) => warning && words.test(message))?.message;

    const killed = warningLike(/OOM-?killed/i) ?? (states.includes("OOMKilled") ? "OOMKilled" : undefined);
    // an init container has a rule of its own
    if (killed !== undefined && !status.startsWith("Init:") && (isUnready(pod) || restartedRecently(pod))) {
      const limit =
        containers.find(({ lastState, state }) => lastState === "OOMKilled" || state === "OOMKilled")?.memoryLimit ??
        containers[0]?.memoryLimit ??
        null;
      found.push({
        ...base,
        kind: "cluster.out-of-memory",
        cause: "memory_exhaustion",
        strength: 5,
        summary: `${base.entity.id}: killed because it ran out of memory`,
        facts: {
          ...facts,
          ...inContainer(containers, "OOMKilled"),
          reason: "OOMKilled",
          message: shortened(killed),
          limit,
        },
      });
    }
    if (
      states.some((state) => state.endsWith("CrashLoopBackOff")) ||
      (isUnready(pod) && warningLike(/^Back-off restarting failed container/) !== undefined)
    ) {
      const exitCode = containers.find(({ exitCode: code }) => code !== null && code > 0)?.exitCode ?? null;
      found.push({
        ...base,
        kind: "cluster.crash-loop",
        strength: 3,
        summary: `${base.entity.id}: crash-looping, restarted ${times(restarts)}`,
        facts: {
          ...facts,
          ...inContainer(containers, "CrashLoopBackOff"),
          reason: "CrashLoopBackOff",
          exit_code: exitCode,
        },
      });
    } else if (restartedRecently(pod)) {
      found.push({
        ...base,
        kind: "cluster.restarting",
        strength: recoveredAtStart(pod) ? HINT : isOld(pod) ? 1 : Math.min(3, 0.5 + restarts / 2),
        summary: `${base.entity.id}: restarted recently, ${times(restarts)} in total`,
        facts,
      });
    }
    // a pod on a failed node suffers from the node, and an unscheduled pod from a failed scheduler
    if (isUnready(pod))
      found.push({
        ...base,
        kind: "cluster.not-ready",
        strength: isVictim(pod) ? 1 : 2,
        summary: `${base.entity.id}: ${ready} of ${total} containers ready, ${status}`,
        facts,
      });
    return found;
  });
}

/** The container in this state, now or before its restart. */
function inContainer(containers: readonly Container[], reason: string): { container?: string } {
  const found = containers.find(({ state, lastState }) => state === reason || lastState === reason);
  return found === undefined ? {} : { container: found.name };
}
