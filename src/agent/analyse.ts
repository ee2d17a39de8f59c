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
  /** Aborts when this process should end. The running nodes finish; another process resumes the rest. */
  drain?: AbortSignal | undefined;
};
export type AnalysisOutcome = { analysisId: string; status: AnalysisStatus; report: Report };

/** The analysis graph with the dependencies that its nodes use. */
export type Agent = { graph: AnalysisGraph; deps: AgentDeps };

/** `sync`: the question must be on disk before a person sees it. */
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

/** True if a run was stopped by `drain`, with a checkpoint to resume from. */
export const wasDrained = (error: unknown): boolean => error instanceof GraphDrained;

type Input = Parameters<AnalysisGraph["stream"]>[0];

/**
 * Runs until the end, or until a person must decide. Reports each node that starts and ends, and then frees the
 * telemetry that the analysis kept.
 *
 * @returns whether a person must decide.
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

/**
 * Marks the analysis as failed. If the caller stopped it with an IncidentError or drained it, another process takes
 * over and sets the status.
 */
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
 * Analyses an incident, from its id to a report and to the question whether to act.
 *
 * @throws {IncidentError} NOT_FOUND when there is no such incident; UNAVAILABLE when the incident store is down.
 */
export async function analyse(agent: Agent, incidentId: string, options: AnalyseOptions): Promise<AnalysisOutcome> {
  const { deps } = agent;
  const { analysisId } = options;
  try {
    const isWaiting = await run(agent, { analysisId, incidentId, startedAtMs: deps.now() }, options);
    return await outcome(agent, analysisId, isWaiting);
  } catch (error) {
    // An unknown incident left no record to mark.
    await markFailed(agent, analysisId, options.signal, error).catch(() => undefined);
    options.signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Resumes an analysis whose process ended, from its last checkpoint or from the start. A finished analysis, or one that
 * waits for a person, stays as it is. The caller makes sure that no other process works on it.
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

/** The state of the LangGraph thread: does it wait for a person, on which actions, and is a node left to run? */
async function threadStatus(
  { graph }: Agent,
  analysisId: string,
): Promise<{ isWaiting: boolean; unfinished: boolean; actions: readonly OpenAction[] }> {
  const state = await graph.getState(runConfig(analysisId));
  const isWaiting = state.tasks.some(({ interrupts }) => interrupts.length > 0);
  // Not `state.next`: if the process died between a task's writes and the next checkpoint, it leaves that task out.
  return { isWaiting, unfinished: state.tasks.length > 0, actions: isWaiting ? (state.values.openActions ?? []) : [] };
}

type DecideOptions = Omit<AnalyseOptions, "analysisId">;

/**
 * The open action of a waiting analysis, from its checkpoint. If a process died between question and answer, or between
 * answer and record, the run first continues from its checkpoint.
 *
 * @throws {IncidentError} REJECTED when the analysis does not wait for a decision on this action.
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
  const hint = `\`causeway show ${analysisId}\` lists its open actions.`;
  throw new IncidentError("REJECTED", `analysis ${analysisId} does not wait for a decision on ${actionId}`, { hint });
}

/**
 * Records the decision on an action of a waiting analysis, from any process.
 *
 * @throws {IncidentError} REJECTED when the analysis does not wait for a decision on this action.
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
