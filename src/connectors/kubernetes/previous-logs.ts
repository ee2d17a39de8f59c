import { IncidentError } from "../../domain/errors.ts";
import { deploymentOfReplicaSet, workloadOfPod } from "../../domain/pod-names.ts";
import type { AnswerGap } from "../../domain/ports.ts";
import type { ClusterAnswer } from "../../domain/telemetry.ts";
import type { KubernetesDoor } from "./list-pages.ts";
import type { ApiObject } from "./reduce.ts";
import { PREVIOUS_LOGS_TOOL } from "./resources.ts";

/** Containers whose previous logs are read, and how much of each. */
const MAX_CONTAINERS = 20;
const MAX_LINES = 50;
const MAX_BYTES = 32 * 1024;
const MAX_LINE_LENGTH = 2_000;

/** A container that restarted. `service`: the workload of its pod, by its owner or its name. */
export type Restarted = { namespace: string; pod: string; container: string; service: string; endedMs: number };

type Json = Readonly<Record<string, unknown>>;
const json = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(json) : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The latest restarts, as many as logs are read of. */
export const latest = (all: readonly Restarted[]): Restarted[] =>
  all.toSorted((a, b) => b.endedMs - a.endedMs || (a.pod < b.pod ? -1 : 1)).slice(0, MAX_CONTAINERS);

/** The containers that ended with an error and restarted. */
export function restartedContainers(pods: readonly ApiObject[]): Restarted[] {
  return pods.flatMap((pod) => {
    const { name, namespace, ownerReferences } = json(pod.metadata);
    const [owner] = list(ownerReferences);
    const { containerStatuses, initContainerStatuses } = json(pod.status);
    return [...list(initContainerStatuses), ...list(containerStatuses)].flatMap((status): Restarted[] => {
      const ended = json(json(status.lastState).terminated);
      const endedMs = Date.parse(text(ended.finishedAt));
      if (Number.isNaN(endedMs) || ended.exitCode === 0) return [];
      const service =
        owner?.kind === "ReplicaSet"
          ? deploymentOfReplicaSet(text(owner.name))
          : (workloadOfPod(text(name)) ?? text(name));
      return [{ namespace: text(namespace), pod: text(name), container: text(status.name), service, endedMs }];
    });
  });
}

const argsOf = ({ namespace, service, pod, container }: Restarted): ClusterAnswer["args"] => ({
  namespace,
  service_name: service,
  pod,
  container,
  previous: true,
});

/** Reads the last lines of each container before it restarted. One that has none any more is left out. */
export async function readPreviousLogs(
  { http, headers }: KubernetesDoor,
  restarted: readonly Restarted[],
  signal?: AbortSignal,
): Promise<{ answers: ClusterAnswer[]; gaps: AnswerGap[] }> {
  const failed: IncidentError[] = [];
  const answers = await Promise.all(
    restarted.map(async (one): Promise<ClusterAnswer[]> => {
      const path = `/api/v1/namespaces/${encodeURIComponent(one.namespace)}/pods/${encodeURIComponent(one.pod)}/log`;
      const query = { container: one.container, previous: "true", tailLines: MAX_LINES, limitBytes: MAX_BYTES };
      try {
        const printed = await http.text({ path, query, headers: await headers(), maxBytes: 4 * MAX_BYTES, signal });
        const lines = printed.split("\n").filter((line) => line.trim() !== "");
        return [
          {
            tool: PREVIOUS_LOGS_TOOL,
            args: argsOf(one),
            text: JSON.stringify({ [one.container]: lines.map((line) => line.slice(0, MAX_LINE_LENGTH)) }),
          },
        ];
      } catch (error) {
        if (!(error instanceof IncidentError)) throw error;
        // 404 and 400: the node has deleted them, which is usual
        if (error.code !== "NOT_FOUND" && !/\(HTTP 400\)/.test(error.message)) failed.push(error);
        return [];
      }
    }),
  );
  const [first] = failed;
  const gaps: AnswerGap[] =
    first === undefined
      ? []
      : [{ kind: "refused", why: `previous logs of ${failed.length} containers could not be read: ${first.message}` }];
  return { answers: answers.flat(), gaps };
}
