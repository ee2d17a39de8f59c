import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import { deploymentOfReplicaSet, workloadOfPod } from "../../domain/pod-names.ts";
import type { AnswerGap } from "../../domain/ports.ts";
import type { ClusterAnswer } from "../../domain/telemetry.ts";
import type { KubernetesDoor } from "./list-pages.ts";
import type { ApiObject } from "./reduce.ts";
import { contextOption, PREVIOUS_LOGS_TOOL } from "./resources.ts";

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

/** Kubernetes' names; anything else is shown in no command. */
const ObjectName = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,252}$/);
const LogsArgs = z.object({ namespace: ObjectName, pod: ObjectName, container: ObjectName });

/**
 * The command that prints the same. @param call of the tool, with its arguments. Null if it is no call of this tool.
 */
export function previousLogsCommand(call: string, context: string | null): string | null {
  if (!call.startsWith(`${PREVIOUS_LOGS_TOOL}:`)) return null;
  const args = LogsArgs.safeParse(jsonOf(call.slice(PREVIOUS_LOGS_TOOL.length + 1)));
  if (!args.success) return null;
  const { namespace, pod, container } = args.data;
  const which = `--namespace=${namespace} --container=${container}${contextOption(context)}`;
  return `kubectl logs ${pod} ${which} --previous --tail=${MAX_LINES}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

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
