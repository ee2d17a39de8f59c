import { type BaseCheckpointSaver, END, interrupt, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { z } from "zod";
import { MAX_SCRIPT_CALLS } from "./fixes.ts";
import { type Brief, TASKS } from "./brief.ts";
import { nextCall } from "./next-call.ts";
import { incidentOfSession } from "./observed-incident.ts";
import { type NextCall, ObservedCall } from "./turns.ts";

const BriefSchema = z.object({
  task: z.enum(TASKS),
  namespace: z.string(),
  application: z.string().nullable(),
  apis: z.array(z.string()),
  maxSteps: z.number().int(),
});
/** The end of a session. `calls`: changes that a policy approved, before the submission. */
const SessionEnd = z.object({ submit: z.string(), calls: z.array(z.string()), summary: z.string() });
export type SessionEnd = z.infer<typeof SessionEnd>;

/** All that a session knows. The checkpoint after each node lets another process go on with it. */
export const SessionState = new StateSchema({
  sessionId: z.string(),
  brief: BriefSchema,
  turns: z.array(ObservedCall).default([]),
  conclusion: SessionEnd.nullable().default(null),
});
type SessionState = typeof SessionState.State;

/** `conclude`: analyses what was observed, and answers the task. */
export type SessionDeps = {
  conclude: (sessionId: string, brief: Brief, turns: readonly ObservedCall[]) => Promise<SessionEnd>;
};

/**
 * The agent of one session. Each call interrupts the graph, and its observation resumes it: one action of the
 * orchestrator is one interrupt. A node that resumes runs again from its start, so `act` does nothing before its
 * interrupt.
 */
export function buildSessionGraph({ conclude }: SessionDeps, checkpointer: BaseCheckpointSaver) {
  const waiting = ({ sessionId, brief, turns, conclusion }: SessionState): NextCall | null =>
    conclusion === null ? nextCall(brief, turns, incidentOfSession(sessionId, brief)) : lastCalls(conclusion, turns);

  return new StateGraph(SessionState)
    .addNode("act", (state: SessionState) => {
      const next = waiting(state);
      if (next === null) return {};
      const observation = interrupt<NextCall, string>(next);
      return { turns: [...state.turns, { ...next, observation }] };
    })
    .addNode("conclude", async ({ sessionId, brief, turns }: SessionState) => ({
      conclusion: await conclude(sessionId, brief, turns),
    }))
    .addEdge(START, "act")
    .addConditionalEdges("act", (state: SessionState) =>
      waiting(state) !== null ? "act" : state.conclusion === null ? "conclude" : END,
    )
    .addEdge("conclude", "act")
    .compile({ checkpointer });
}
export type SessionGraph = ReturnType<typeof buildSessionGraph>;

/** The approved changes, then the submission. */
function lastCalls({ calls, submit }: SessionEnd, turns: readonly ObservedCall[]): NextCall | null {
  if (turns.some(({ purpose }) => purpose.kind === "submit")) return null;
  const fixed = turns.filter(({ purpose }) => purpose.kind === "fix").length;
  const fix = calls.slice(0, MAX_SCRIPT_CALLS)[fixed];
  return fix === undefined
    ? { call: submit, thought: "the answer", purpose: { kind: "submit" } }
    : { call: fix, thought: "a change that the policy approves", purpose: { kind: "fix" } };
}
