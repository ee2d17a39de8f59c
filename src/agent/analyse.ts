import { Command, GraphDrained, INTERRUPT, RunControl } from "@langchain/langgraph";
import type { Decision, OpenAction } from "../domain/action.ts";
import { IncidentError } from "../domain/errors.ts";
import type { AnalysisStatus } from "../domain/ports.ts";
import type { Report } from "../domain/report.ts";
import type { AgentDeps } from "./deps.ts";
import { type AnalysisGraph, RECURSION_LIMIT } from "./graph.ts";

export type AnalyseOptions = {
  analysisId: string;
  signal?: AbortSignal | undefined;
  onStart?: ((node: string) => void) | undefined;
  /** `found`: findings that the node added. */
  onStep?: ((node: string, found: number) => void) | undefined;
  /** Aborts when this process should end: the nodes that run come to their end, and the rest is left to whoever resumes. */
  drain?: AbortSignal | undefined;
};
export type AnalysisOutcome = { analysisId: string; status: AnalysisStatus; report: Report };

/** The analysis graph with the dependencies that its nodes use. */
export type Agent = { graph: AnalysisGraph; deps: AgentDeps };

/** `sync`: what a person is asked about must be on disk before they are asked. */
const runConfig = (analysisId: string, signal?: AbortSignal, control?: RunControl) => ({
  configurable: { thread_id: analysisId },
  durability: "sync" as const,
  recursionLimit: RECURSION_LIMIT,
  ...(signal ? { signal } : {}),
  ...(control ? { control } : {}),
});

function drained(drain: AbortSignal): RunControl {
  const control = new RunControl();
  if (drain.aborted) control.requestDrain();
  drain.addEventListener("abort", () => control.requestDrain(), { once: true });
  return control;
}

/** Whether a run was left on request, with a checkpoint to go on from. */
export const wasDrained = (error: unknown): boolean => error instanceof GraphDrained;

type Input = Parameters<AnalysisGraph["stream"]>[0];

/**
 * Runs until the end, or until a person is asked, and reports each node that starts and that finished. Then it frees the
 * telemetry that the analysis kept. @returns whether a question is open.
 */
async function run(
  { graph, deps }: Agent,
  input: Input,
  { analysisId, signal, onStart, onStep, drain }: AnalyseOptions,
): Promise<boolean> {
  let isWaiting = false;
  try {
    const stream = await graph.stream(input, {
      ...runConfig(analysisId, signal, drain && drained(drain)),
      streamMode: ["updates", "tasks"],
    });
    for await (const [mode, event] of stream) {
      if (mode === "tasks") {
        if ("input" in event) onStart?.(event.name); // the other kind of task event reports the end
        continue;
      }
      for (const [node, update] of Object.entries(event)) {
        if (node === INTERRUPT) isWaiting = true;
        else onStep?.(node, Array.isArray(update?.findings) ? update.findings.length : 0);
      }
    }
    return isWaiting;
  } finally {
    deps.telemetry.release(analysisId);
  }
}

async function outcome({ deps }: Agent, analysisId: string, isWaiting: boolean): Promise<AnalysisOutcome> {
  const status = isWaiting ? "waiting_for_review" : "done";
  await deps.store.setStatus(analysisId, status);
  return { analysisId, status, report: await deps.store.getReport(analysisId) };
}

/** Not when the caller stopped it with a reason of ours, or drained it: another process takes it over, and its status is that one's to set. */
async function markFailed(
  { deps }: Agent,
  analysisId: string,
  signal: AbortSignal | undefined,
  error: unknown,
): Promise<void> {
  if (!(signal?.reason instanceof IncidentError) && !wasDrained(error))
    await deps.store.setStatus(analysisId, "failed");
}

/**
 * Analyses an incident: from its id to a report, and to the question whether to act on it.
 *
 * @throws {IncidentError} NOT_FOUND when there is no such incident; UNAVAILABLE when the incident store cannot be asked.
 */
export async function analyse(agent: Agent, incidentId: string, options: AnalyseOptions): Promise<AnalysisOutcome> {
  const { deps } = agent;
  const { analysisId } = options;
  try {
    const isWaiting = await run(agent, { analysisId, incidentId, startedAtMs: deps.now() }, options);
    return await outcome(agent, analysisId, isWaiting);
  } catch (error) {
    await markFailed(agent, analysisId, options.signal, error).catch(() => undefined); // an unknown incident left no record to mark
    options.signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Goes on with an analysis whose process ended before it was finished, from its last checkpoint; from the start where it left none. One that is finished, or
 * that waits for a person, stays as it is. The caller sees to it that no other process works on it.
 *
 * @throws {IncidentError} NOT_FOUND when there is no such analysis.
 */
export async function resume(
  agent: Agent,
  analysisId: string,
  options: Omit<AnalyseOptions, "analysisId"> = {},
): Promise<AnalysisOutcome> {
  const { graph, deps } = agent;
  const { incidentId, startedAtMs, status } = await deps.store.getAnalysis(analysisId);
  const { isWaiting, unfinished } = await threadStatus(agent, analysisId);
  const isNew = (await graph.getState(runConfig(analysisId))).createdAt === undefined;
  if (isWaiting || (!unfinished && !isNew)) return outcome(agent, analysisId, isWaiting);
  try {
    if (status !== "running") await deps.store.setStatus(analysisId, "running");
    const isWaiting = await run(agent, isNew ? { analysisId, incidentId, startedAtMs } : null, {
      ...options,
      analysisId,
    });
    return await outcome(agent, analysisId, isWaiting);
  } catch (error) {
    await markFailed(agent, analysisId, options.signal, error);
    options.signal?.throwIfAborted();
    throw error;
  }
}

/** Where an analysis stands: whether it asks a person, and about which actions; whether a node is left to run. */
async function threadStatus(
  { graph }: Agent,
  analysisId: string,
): Promise<{ isWaiting: boolean; unfinished: boolean; actions: readonly OpenAction[] }> {
  const state = await graph.getState(runConfig(analysisId));
  const isWaiting = state.tasks.some(({ interrupts }) => interrupts.length > 0);
  // Not `state.next`: it leaves out a task whose writes are kept, though they await the next checkpoint when the process died between the two.
  return { isWaiting, unfinished: state.tasks.length > 0, actions: isWaiting ? (state.values.openActions ?? []) : [] };
}

type DecideOptions = Omit<AnalyseOptions, "analysisId">;

/**
 * What a waiting analysis asks about an action, as its checkpoint has it. A process that died between question and answer, or
 * between answer and record, left a checkpoint: the run goes on from there first.
 *
 * @throws {IncidentError} REJECTED when the analysis does not ask about this action.
 */
export async function openAction(
  agent: Agent,
  analysisId: string,
  actionId: string,
  options: DecideOptions = {},
): Promise<OpenAction> {
  let thread = await threadStatus(agent, analysisId);
  if (!thread.isWaiting && thread.unfinished) {
    await outcome(agent, analysisId, await run(agent, null, { ...options, analysisId }));
    thread = await threadStatus(agent, analysisId);
  }
  const open = thread.actions.find(({ id }) => id === actionId);
  if (open) return open;
  const hint = `See \`causeway show ${analysisId}\`.`;
  throw new IncidentError("REJECTED", `analysis ${analysisId} does not wait for a decision on ${actionId}`, { hint });
}

/**
 * Answers the question of a waiting analysis, from any process.
 *
 * @throws {IncidentError} REJECTED when the analysis does not ask about this action.
 */
export async function decide(
  agent: Agent,
  analysisId: string,
  decision: Decision,
  options: DecideOptions = {},
): Promise<AnalysisOutcome> {
  await openAction(agent, analysisId, decision.actionId, options);
  return outcome(agent, analysisId, await run(agent, new Command({ resume: decision }), { ...options, analysisId }));
}
