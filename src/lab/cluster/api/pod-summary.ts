import type { PodObject } from "../objects.ts";

/** The columns of a pod in `kubectl get pods`. `lastRestart`: RFC 3339; null if it never restarted. */
export type PodCells = { ready: string; status: string; restarts: number; lastRestart: string | null };

/** What kubectl shows of a pod: the reason of the container that is worst, else its phase. */
export function podSummary({ metadata, spec, status }: PodObject): PodCells {
  const containers = status.containerStatuses ?? [];
  const starting = (status.initContainerStatuses ?? []).findIndex(({ state }) => state?.terminated?.exitCode !== 0);
  const restarts = containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const ends = containers.flatMap(({ lastState }) => lastState?.terminated?.finishedAt ?? []);
  const ready = containers.filter((container) => container.ready).length;
  return {
    ready: `${ready}/${spec.containers.length}`,
    status: metadata.deletionTimestamp === undefined ? statusOf() : "Terminating",
    restarts,
    lastRestart: (ends.toSorted().at(-1) as string | undefined) ?? null,
  };

  function statusOf(): string {
    const total = spec.initContainers?.length ?? 0;
    const init = status.initContainerStatuses?.[starting];
    if (init !== undefined && total > 0) {
      const { waiting, terminated } = init.state ?? {};
      if (terminated !== undefined) return `Init:${terminated.reason || `ExitCode:${terminated.exitCode}`}`;
      if (waiting?.reason !== undefined && waiting.reason !== "PodInitializing") return `Init:${waiting.reason}`;
      return `Init:${starting}/${total}`;
    }
    const reasons = containers.flatMap(({ state }) => {
      const { waiting, terminated } = state ?? {};
      if (waiting?.reason !== undefined) return waiting.reason;
      return terminated === undefined ? [] : terminated.reason || `ExitCode:${terminated.exitCode}`;
    });
    return reasons.at(-1) ?? status.reason ?? status.phase ?? "Unknown";
  }
}
