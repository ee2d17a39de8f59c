import { isDecided } from "../../cluster/requests/known.ts";
import { isKubernetesName, kubectlAnswer, kubectlCommand } from "../../cluster/requests/kubectl.ts";
import { knownFrom, nextRequest } from "../../cluster/requests/next-request.ts";
import { type ClusterRequest, keyOf } from "../../cluster/requests/request.ts";
import type { Incident } from "../../domain/incident.ts";
import type { ClusterAnswer } from "../../domain/telemetry.ts";
import type { Brief } from "./brief.ts";
import { callText, shellText } from "./call-text.ts";
import type { NextCall, ObservedCall } from "./turns.ts";

/** Steps kept for the submission, and for one call that the environment does not answer. */
export const RESERVE = 2;
/** Minutes of traces. */
const TRACE_MINUTES = "5";
/** Bytes of traces that are read. Newer spans come last. */
const TRACE_BYTES = 400_000;
/** Below this worth, the traces tell more than a further look at the cluster. */
const WORTH_OF_TRACES = 60;

/** The next call that helps the diagnosis; null when none does, or no step is left. */
export function nextCall(brief: Brief, turns: readonly ObservedCall[], incident: Incident): NextCall | null {
  if (turns.length >= brief.maxSteps - RESERVE) return null;
  const answers = clusterAnswers(brief, turns);
  const made = new Set(turns.flatMap(({ purpose }) => (purpose.kind === "cluster" ? [keyOf(purpose.request)] : [])));
  for (;;) {
    const wanted = nextRequest({ answers, incident, made });
    const traces = tracesCall(brief, turns);
    if (wanted === null) return traces !== null && !isDecided(knownFrom(answers, incident)) ? traces : null;
    if (traces !== null && wanted.worth < WORTH_OF_TRACES) return traces;
    const call = clusterCall(wanted.request, brief);
    if (call !== null) return { call, thought: wanted.why, purpose: { kind: "cluster", request: wanted.request } };
    made.add(keyOf(wanted.request)); // nothing in this environment answers it
  }
}

/** The call that answers a request here; null if none does. */
function clusterCall(request: ClusterRequest, { namespace, apis }: Brief): string | null {
  if (request.ask === "error-logs")
    return apis.includes("get_logs") && isKubernetesName(request.service)
      ? callText("get_logs", namespace, request.service)
      : null;
  const command = apis.includes("exec_shell") ? kubectlCommand(request, namespace) : null;
  return command === null ? null : shellText(command);
}

/** Traces are first collected into a file, which is then read. */
function tracesCall({ namespace, apis }: Brief, turns: readonly ObservedCall[]): NextCall | null {
  if (!apis.includes("get_traces") || turns.some(({ purpose }) => purpose.kind === "read-traces")) return null;
  const found = turns.find(({ purpose }) => purpose.kind === "find-traces");
  if (found === undefined)
    return {
      call: `get_traces(${JSON.stringify(namespace)}, ${TRACE_MINUTES})`,
      thought: "which calls fail or are slow",
      purpose: { kind: "find-traces" },
    };
  const path = /\/[\w./-]+\.csv\b/.exec(found.observation)?.[0];
  return path === undefined || !apis.includes("exec_shell")
    ? null
    : {
        call: shellText(`head -n 1 ${path}; tail -n +2 ${path} | tail -c ${TRACE_BYTES}`),
        thought: "which calls fail or are slow",
        purpose: { kind: "read-traces" },
      };
}

/** What the observations say about the cluster. */
export function clusterAnswers({ namespace }: Brief, turns: readonly ObservedCall[]): ClusterAnswer[] {
  return turns.flatMap(({ purpose, observation }): ClusterAnswer[] => {
    if (purpose.kind !== "cluster") return [];
    const { request } = purpose;
    if (request.ask === "error-logs")
      return [
        {
          tool: "GetErrorLogs",
          args: { namespace, service_name: request.service },
          text: errorLines(observation),
        },
      ];
    const answer = kubectlAnswer(request, namespace, observation);
    return answer === null ? [] : [answer];
  });
}

const MAX_ERROR_LINES = 200;
const ERROR_WORDS = /error|fail|fatal|panic|exception|refused|denied|timed? ?out|unauthorized|unavailable|no such/i;

/** The error lines of a log, as JSON that the reading of clusters knows: one pattern a line. */
function errorLines(log: string): string {
  const lines = log.split("\n").filter((line) => ERROR_WORDS.test(line));
  const counted = Map.groupBy(lines, (line) => line.replaceAll(/\d+/g, "#"));
  const patterns = [...counted.values()]
    .slice(0, MAX_ERROR_LINES)
    .map((same) => ({ count: same.length, sample: same[0] }));
  return JSON.stringify({ patterns });
}
