import type { ToolCall, Environment, Observation } from "../../domain/environment.ts";
import type { ClusterAnswer } from "../../domain/telemetry.ts";
import type { ClusterInput } from "../findings.ts";
import { nextRequest } from "./next-request.ts";
import { type ClusterRequest, keyOf } from "./request.ts";

/** One call that was made. `kind`, `text`: of its observation. `why`: what it was meant to show. */
export type CallRecord = { action: ToolCall; kind: Observation["kind"]; text: string; why: string };

export type AskOptions = {
  environment: Environment;
  incident: ClusterInput["incident"];
  /** Writes a request in the words of the environment's tools. */
  toAction: (request: ClusterRequest) => ToolCall;
  /** No more calls than this. */
  maxCalls: number;
};

/**
 * Asks about a cluster step by step: an overview first, then what the answers so far ask for, until a fault is known
 * with its cause, nothing more is worth a call, or `maxCalls` are made. Never makes a call twice.
 */
export async function askCluster({
  environment,
  incident,
  toAction,
  maxCalls,
}: AskOptions): Promise<{ answers: ClusterAnswer[]; calls: CallRecord[] }> {
  const answers: ClusterAnswer[] = [];
  const calls: CallRecord[] = [];
  const made = new Set<string>();
  while (calls.length < maxCalls) {
    const next = nextRequest({ answers, incident, made });
    if (next === null) break;
    made.add(keyOf(next.request));
    const action = toAction(next.request);
    const { kind, text } = await environment.act(action);
    calls.push({ action, kind, text, why: next.why });
    if (kind === "answer") answers.push({ ...action, text });
  }
  return { answers, calls };
}
