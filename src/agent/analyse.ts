import { Command, GraphDrained, INTERRUPT, RunControl } from "@langchain/langgraph";
import type { OpenAction, ReviewAnswer } from "../domain/action.ts";
import { IncidentError } from "../domain/errors.ts";
import type { AnalysisStatus } from "../domain/ports.ts";
import type { Report } from "../domain/report.ts";
import type { AgentDeps } from "./deps.ts";
import { type AnalysisGraph, RECURSION_LIMIT } from "./graph.ts";
import type { ProgressNote } from "./step.ts";

export type AnalyseOptions = {
  analysisId: string;
  signal?: AbortSignal | undefined;
  onStart?: ((node: string) => void) | undefined;
  /** `found`: number of findings that the node added. */
  onStep?: ((node: string, found: number) => void) | undefined;
  /** Progress within a node. */
  onNote?: ((note: ProgressNote) => void) | undefined;
  /** Aborts when this process should end. The running nodes finish; another process resumes the rest. */
  drain?: AbortSignal | undefined;
};
export type AnalysisOutcome = { analysisId: string; status: AnalysisStatus; report: Report };

/** The analysis graph with the dependencies that its nodes use. */
export type Agent = { graph: AnalysisGraph; deps: AgentDeps };

/** `sync`: the question to the person must be on disk before the person sees it. */
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
 * Runs until the end, or until a person must decide. Reports the start and end of each node, and finally frees the
 * telemetry that the analysis kept in memory.
 *
 * @returns true if a person must decide.
 */
async function run(
  { graph, deps }: Agent,
  input: Input,
  { analysisId, signal, onStart, onStep, onNote, drain }: AnalyseOptions,
): Promise<boolean> {
  let isWaiting = false;
  try {
    const stream = await graph.stream(input, {
      ...runConfig(analysisId, signal, drain && drained(drain)),
      streamMode: ["updates", "tasks", "custom"],
    });
    for await (const [mode, event] of stream) {
      if (mode === "custom") {
        onNote?.(event as ProgressNote);
        continue;
      }
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
 * Marks the analysis as failed. If the caller stopped it with an IncidentError or drained it, the status stays:
 * another process takes over and sets it.
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
 * Analyses an incident. The result is a report and, if actions are proposed, a question to a person.
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
 * Resumes an analysis whose process ended, from its last checkpoint or from the start. A finished analysis and one
 * that waits for a person stay unchanged. The caller ensures that no other process works on it.
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

/**
 * The state of the LangGraph thread: whether it waits for a person, for which actions, and whether a node is left to
 * run.
 */
async function threadStatus(
  { graph }: Agent,
  analysisId: string,
): Promise<{ isWaiting: boolean; unfinished: boolean; actions: readonly OpenAction[] }> {
  const state = await graph.getState(runConfig(analysisId));
  const isWaiting = state.tasks.some(({ interrupts }) => interrupts.length > 0);
  // Not `state.next`: if the process died between a task's writes and the next checkpoint, it leaves that task out.
  return { isWaiting, unfinished: state.tasks.length > 0, actions: isWaiting ? (state.values.openActions ?? []) : [] };
}

/**
 * Asks the person about one more action: of an analysis that waits for other decisions, or that was done.
 *
 * @throws {IncidentError} REJECTED while the analysis still runs.
 */
export async function openAnother(agent: Agent, analysisId: string, open: OpenAction): Promise<AnalysisOutcome> {
  const { graph } = agent;
  const thread = await threadStatus(agent, analysisId);
  if (!thread.isWaiting && thread.unfinished)
    throw new IncidentError("REJECTED", `analysis ${analysisId} is not done yet`, {
      hint: `Wait until it is done, or resume it: causeway analyze --resume ${analysisId}`,
    });
  const openActions = [...thread.actions.filter(({ id }) => id !== open.id), open];
  await graph.updateState(runConfig(analysisId), { openActions, decision: null }, "record-decision");
  return outcome(agent, analysisId, await run(agent, null, { analysisId }));
}

type DecideOptions = Omit<AnalyseOptions, "analysisId">;

/**
 * The open action of a waiting analysis, from its checkpoint. If a process died between the question and the stored
 * decision, the run first continues from its checkpoint.
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
  decision: ReviewAnswer,
  options: DecideOptions = {},
): Promise<AnalysisOutcome> {
  await openAction(agent, analysisId, decision.actionId, options);
  return outcome(agent, analysisId, await run(agent, new Command({ resume: decision }), { ...options, analysisId }));
}
