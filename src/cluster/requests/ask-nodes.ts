import type { Known } from "./known.ts";
import { agentOf, describe, type Wanted } from "./request.ts";

/** Asks why a node is not ready, or why alerts name it. */
export function askNodes({ state }: Known): Wanted[] {
  const alerted = new Set(
    state.alerts.filter(({ subjectKind }) => subjectKind === "node").map(({ subject }) => subject),
  );
  const cutOff = new Set(state.attempts.flatMap(({ failedFrom }) => failedFrom));
  return state.nodes.flatMap(({ name, ready }) => {
    if (cutOff.has(name))
      return [
        { request: agentOf(name, "kube-proxy"), worth: 81, why: `Services do not answer on ${name}, but elsewhere` },
      ];
    if (!ready)
      return [
        { request: agentOf(name, "kubelet"), worth: 94, why: `node ${name} is not ready` },
        { request: agentOf(name, "containerd"), worth: 93, why: `node ${name} is not ready` },
        { request: describe("nodes", name), worth: 75, why: `node ${name} is not ready` },
      ];
    return alerted.has(name)
      ? [{ request: describe("nodes", name), worth: 74, why: `an alert names node ${name}` }]
      : [];
  });
}
