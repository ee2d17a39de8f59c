import { ABSENT } from "../agent/absent-source.ts";
import { type Agent, type AnalysisOutcome, resume, wasDrained } from "../agent/analyse.ts";
import { findArtifact } from "../agent/artifacts.ts";
import { SOURCES } from "../agent/sources.ts";
import { IncidentError } from "../domain/errors.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import type { Report } from "../domain/report.ts";
import type { ProgressEvent } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { progressRecorder } from "./progress-recorder.ts";
import type { AnalysisCounts, RunResult } from "./run-result.ts";

/** The trace of one analysis: one span for it, and one below it for each node. */
export type AnalysisSpans = {
  start(node: string): void;
  /** `found`: findings that the node added. */
  end(node: string, found: number): void;
  /** @param failure the name of the error; null when the analysis ended well. */
  finish(failure: string | null): void;
};

type Event = Pick<ProgressEvent, "type" | "data">;
export type RunParts = {
  agent: Agent;
  service: Pick<ServiceStore, "addProgress">;
  startSpans: (analysisId: string) => AnalysisSpans;
  /** Unix milliseconds. */
  now: () => number;
  /** Aborts when another process took the analysis over. */
  signal: AbortSignal;
  /** Aborts when this process should end: the running nodes finish, and another worker continues. */
  drain: AbortSignal;
};

/** What a report says of a signal without a source. */
const NO_FAILURE: ReadonlySet<string> = new Set(Object.values(ABSENT));
/** Stands in a report in place of a secret: `⟨token⟩`. */
const MASK = /⟨[a-z-]+⟩/g;
/** Hypotheses that are published while the analysis runs. */
const PUBLISHED_HYPOTHESES = 3;

/** Starts or continues an analysis and publishes its progress. Never throws: a failure is a result. */
export async function runAnalysis(
  analysisId: string,
  { agent, service, startSpans, now, signal, drain }: RunParts,
): Promise<RunResult> {
  const recorder = progressRecorder(analysisId, service, agent.deps.log);
  const publish = (events: () => Promise<Event[]>): void => {
    const atMs = now();
    recorder.record(async () => (await events()).map((event) => ({ atMs, ...event })));
  };
  const spans = startSpans(analysisId);
  try {
    const outcome = await resume(agent, analysisId, {
      signal,
      drain,
      onStart(node) {
        spans.start(node);
        publish(async () => [{ type: "node_started", data: { node } }]);
      },
      onStep(node, found) {
        spans.end(node, found);
        publish(() => eventsOf(agent.deps.store, analysisId, node, found));
      },
      onNote({ text }) {
        publish(async () => [{ type: "investigation", data: { step: text } }]);
      },
    });
    spans.finish(null);
    await recorder.settled();
    return {
      kind: "ended",
      status: outcome.status === "waiting_for_review" ? "waiting_for_review" : "done",
      events: await lastEvents(agent.deps.store, outcome),
      counts: countsOf(outcome.report),
    };
  } catch (error) {
    spans.finish(error instanceof Error ? error.name : "unknown");
    await recorder.settled();
    return signal.aborted || wasDrained(error) ? { kind: "left" } : failureOf(error);
  }
}

const failureOf = (error: unknown): RunResult =>
  error instanceof IncidentError
    ? { kind: "failed", code: error.code, message: error.message, hint: error.hint }
    : {
        kind: "failed",
        code: null,
        message: `a bug in Causeway: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
        hint: "Please report it with the log.",
      };

/** The events of a node that finished. */
async function eventsOf(store: AnalysisStore, analysisId: string, node: string, found: number): Promise<Event[]> {
  if (isSource(node)) return [{ type: "evidence", data: { source: SOURCES[node], found } }];
  if (node !== "rank-causes") return [];
  const ranking = await findArtifact(store, analysisId, "ranking");
  return (ranking?.hypotheses ?? []).slice(0, PUBLISHED_HYPOTHESES).map(({ entity, cause, confidence }, index) => ({
    type: "hypothesis",
    data: { rank: index + 1, entity: entity.id, cause, confidence },
  }));
}
const isSource = (node: string): node is keyof typeof SOURCES => node in SOURCES;

async function lastEvents(store: AnalysisStore, { analysisId, status, report }: AnalysisOutcome): Promise<Event[]> {
  const open = status === "waiting_for_review" ? await store.listActions(analysisId) : [];
  const approvals = open.map(({ id, title, scriptSha256 }): Event => ({
    type: "approval_required",
    data: { actionId: id, title, scriptSha256 },
  }));
  return [...approvals, { type: "final", data: { status, verdict: report.verdict, why: report.why } }];
}

const countsOf = (report: Report): AnalysisCounts => {
  const { verdict, hypotheses, timings, not_checked: notChecked, similar } = report;
  return {
    verdict,
    confidence: hypotheses[0]?.confidence ?? null,
    ms: timings.ms,
    recalled: similar.length,
    redactions: JSON.stringify(report).match(MASK)?.length ?? 0,
    failedSources: [...new Set(notChecked.flatMap(({ source, why }) => (NO_FAILURE.has(why) ? [] : source)))],
  };
};
