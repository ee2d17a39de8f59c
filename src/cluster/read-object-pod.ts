import { fieldsAt, type JsonFields, fieldListOf, fieldsOf, numberOf, textOf, timeOf } from "./fields.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";

/** What `kubectl get pods` shows of a pod. `lastRestartMs`: when the last container that restarted had ended. */
export type PodSummary = {
  status: string;
  ready: number;
  total: number;
  restarts: number;
  lastRestartMs: number | null;
};

/**
 * Summarises a pod as `kubectl get` does: the reason of the first init container that is not done, else of the first
 * container that waits or ended, else that of the pod, else its phase.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/printers/internalversion/printers.go (printPod)
 */
export function summaryOf({ spec, status, isDeleted }: KubernetesObject): PodSummary {
  const sidecars = new Set(
    fieldListOf(spec.initContainers)
      .filter(({ restartPolicy }) => restartPolicy === "Always")
      .map(({ name }) => textOf(name)),
  );
  const isSidecar = ({ name }: JsonFields): boolean => sidecars.has(textOf(name));
  const inits = fieldListOf(status.initContainerStatuses);
  const containers = fieldListOf(status.containerStatuses);
  const conditions = fieldListOf(status.conditions);
  const isTrue = (type: string): boolean =>
    conditions.some((condition) => condition.type === type && condition.status === "True");

  const init = initReason(inits, isSidecar, fieldListOf(spec.initContainers).length);
  const isInitialized = init === null || isTrue("Initialized");
  const counted = isInitialized ? [...inits.filter(isSidecar), ...containers] : inits;
  const readySidecars = inits.filter((one) => isSidecar(one) && one.started === true && one.ready === true);
  const readyContainers = isInitialized ? containers.filter(isRunning) : [];

  const gate = conditions.find(({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated");
  const phase = textOf(status.phase) ?? "Unknown";
  const own = gate === undefined ? textOf(status.reason) || phase : "SchedulingGated";
  const reason = isInitialized ? (containers.map(containerReason).find((one) => one !== null) ?? init ?? own) : init;
  const isPartlyDone = reason === "Completed" && readyContainers.length > 0;
  return {
    status: isDeleted
      ? status.reason === "NodeLost"
        ? "Unknown"
        : phase === "Succeeded" || phase === "Failed"
          ? (reason ?? own)
          : "Terminating"
      : isPartlyDone
        ? isTrue("Ready")
          ? "Running"
          : "NotReady"
        : (reason ?? own),
    ready: readySidecars.length + readyContainers.length,
    // a dump may lack the spec
    total: Math.max(fieldListOf(spec.containers).length, containers.length) + sidecars.size,
    restarts: counted.reduce((sum, { restartCount }) => sum + (numberOf(restartCount) ?? 0), 0),
    lastRestartMs: counted.reduce<number | null>((latest, one) => {
      const endedMs = timeOf(fieldsAt(one, "lastState", "terminated").finishedAt);
      return endedMs === null ? latest : Math.max(latest ?? endedMs, endedMs);
    }, null),
  };
}

const isRunning = ({ ready, state }: JsonFields): boolean => ready === true && fieldsOf(state).running !== undefined;

/** Why the pod is not initialized: its first init container that is not done. Null if all are. */
function initReason(
  inits: readonly JsonFields[],
  isSidecar: (one: JsonFields) => boolean,
  total: number,
): string | null {
  for (const [at, one] of inits.entries()) {
    const [ended, waiting] = [fieldsAt(one, "state", "terminated"), fieldsAt(one, "state", "waiting")];
    const hasEnded = fieldsOf(one.state).terminated !== undefined;
    if ((hasEnded && ended.exitCode === 0) || (isSidecar(one) && one.started === true)) continue;
    if (hasEnded) return `Init:${endReason(ended)}`;
    const reason = textOf(waiting.reason) ?? "";
    return reason !== "" && reason !== "PodInitializing" ? `Init:${reason}` : `Init:${at}/${total}`;
  }
  return null;
}

/** Why a container waits or ended; null while it runs. */
function containerReason({ state }: JsonFields): string | null {
  const { waiting, terminated } = fieldsOf(state);
  const reason = textOf(fieldsOf(waiting).reason);
  if (reason !== null && reason !== "") return reason;
  return terminated === undefined || terminated === null ? null : endReason(fieldsOf(terminated));
}

const endReason = ({ reason, signal, exitCode }: JsonFields): string =>
  textOf(reason) ||
  (numberOf(signal) !== null && signal !== 0 ? `Signal:${Number(signal)}` : `ExitCode:${numberOf(exitCode) ?? 0}`);

/** The volume claims that a pod mounts. */
export const claimsOf = (spec: JsonFields): string[] =>
  fieldListOf(spec.volumes).flatMap(
    ({ persistentVolumeClaim }) => textOf(fieldsOf(persistentVolumeClaim).claimName) ?? [],
  );
