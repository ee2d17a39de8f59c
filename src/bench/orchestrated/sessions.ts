import { randomUUID } from "node:crypto";
import { type BaseCheckpointSaver, Command } from "@langchain/langgraph";
import { IncidentError } from "../../domain/errors.ts";
import { readBrief, type SessionRequest } from "./brief.ts";
import { messageOf } from "./call-text.ts";
import { cutObservation } from "./cut-observation.ts";
import { buildSessionGraph, type SessionDeps, type SessionGraph } from "./session-graph.ts";
import type { NextCall, ObservedCall } from "./turns.ts";

/**
 * The next action. `call`: one call, such as `get_logs("shop", "cart")`. `message`: the call as the orchestrator's
 * parser reads it. `done`: true for the submission, which ends the session.
 */
export type NextAction = { call: string; message: string; thought: string; done: boolean };
export type SessionTrace = {
  id: string;
  status: "waiting" | "done";
  turns: Pick<ObservedCall, "call" | "thought" | "observation">[];
  /** The verdict, and the policy for changes; null before the end. */
  summary: string | null;
};

/** Sessions of an orchestrator. They outlive the process: a checkpoint holds each. */
export type Sessions = {
  /** @throws {IncidentError} BAD_INPUT when the texts name no task or no namespace. */
  open(request: SessionRequest): Promise<{ id: string; task: string }>;
  /**
   * Takes the observation of the last call, and gives the next. The first observation of a session is not read. After
   * the submission it repeats the submission.
   *
   * @param step how many calls of this session were observed, this one included: 0 for the first action. An observation
   *   that was taken before is not taken twice, so a client may send it again. Absent: it is new.
   * @throws {IncidentError} NOT_FOUND when there is no such session; BAD_INPUT when a step was left out.
   */
  act(sessionId: string, observation: string, step?: number): Promise<NextAction>;
  /** @throws {IncidentError} NOT_FOUND */
  trace(sessionId: string): Promise<SessionTrace>;
};

/** @param keepLatest removes what a session no longer needs of its thread, after each action. */
export function openSessions(
  deps: SessionDeps,
  checkpointer: BaseCheckpointSaver,
  keepLatest: (sessionId: string) => Promise<void> = async () => undefined,
): Sessions {
  const graph = buildSessionGraph(deps, checkpointer);
  /** One action at a time in a session: a client that retries must not act twice. */
  const running = new Map<string, Promise<unknown>>();
  const inTurn = async <T>(sessionId: string, act: () => Promise<T>): Promise<T> => {
    const before = running.get(sessionId) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(act);
    running.set(sessionId, mine);
    try {
      return await mine;
    } finally {
      if (running.get(sessionId) === mine) running.delete(sessionId);
    }
  };

  return {
    async open(request) {
      const brief = readBrief(request);
      const id = randomUUID();
      await graph.updateState(threadOf(id), { sessionId: id, brief: { ...brief, apis: [...brief.apis] } }, "__start__");
      return { id, task: brief.task };
    },

    act: (sessionId, observation, step) =>
      inTurn(sessionId, async () => {
        const { waiting, turns } = await stateOf(graph, sessionId);
        const due = waiting === null ? turns.length : turns.length + 1;
        if (step !== undefined && step > due)
          throw new IncidentError("BAD_INPUT", `step ${step} came, but step ${due} is next`, {
            hint: "Send each observation once, in order, with the number of observations so far.",
          });
        const isNew = step === undefined || step === due;
        if (waiting !== null && !isNew) return actionOf(waiting);
        // without a waiting call, a process was ended between two nodes: the graph goes on from its checkpoint
        const resume = cutObservation(
          observation,
          turns.map((turn) => turn.observation.length),
        );
        await graph.invoke(waiting === null ? null : new Command({ resume }), threadOf(sessionId));
        await keepLatest(sessionId);
        const after = await stateOf(graph, sessionId);
        const next = after.waiting ?? after.turns.findLast(({ purpose }) => purpose.kind === "submit");
        if (next === undefined) throw new Error(`session ${sessionId} ended without a submission`);
        return actionOf(next);
      }),

    async trace(sessionId) {
      const { waiting, turns, summary } = await stateOf(graph, sessionId);
      const isDone = waiting?.purpose.kind === "submit" || turns.at(-1)?.purpose.kind === "submit";
      return {
        id: sessionId,
        status: isDone ? "done" : "waiting",
        turns: [...turns, ...(waiting === null ? [] : [{ ...waiting, observation: "" }])].map(
          ({ call, thought, observation }) => ({ call, thought, observation }),
        ),
        summary,
      };
    },
  };
}

const threadOf = (sessionId: string) => ({
  configurable: { thread_id: sessionId },
  recursionLimit: 500,
  durability: "sync" as const,
});

const actionOf = ({ call, thought, purpose }: NextCall): NextAction => ({
  call,
  message: messageOf(call),
  thought,
  done: purpose.kind === "submit",
});

type Stored = { waiting: NextCall | null; turns: readonly ObservedCall[]; summary: string | null };

async function stateOf(graph: SessionGraph, sessionId: string): Promise<Stored> {
  const { values, tasks, createdAt } = await graph.getState(threadOf(sessionId));
  if (createdAt === undefined)
    throw new IncidentError("NOT_FOUND", `there is no session ${sessionId}`, { hint: "Open a session first." });
  const [pending] = tasks.flatMap(({ interrupts }) => interrupts.map(({ value }) => value as NextCall));
  return { waiting: pending ?? null, turns: values.turns ?? [], summary: values.conclusion?.summary ?? null };
}
