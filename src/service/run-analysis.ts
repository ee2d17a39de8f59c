import { type Agent, type AnalysisOutcome, resume, wasDrained } from "../agent/analyse.ts";
import { findArtifact } from "../agent/artifacts.ts";
import { SOURCES } from "../agent/sources.ts";
import { IncidentError } from "../domain/errors.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import type { Report } from "../domain/report.ts";
import type { ProgressEvent } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { nodeSpans } from "../connectors/opentelemetry/node-spans.ts";
import { progressRecorder } from "./progress-recorder.ts";
import type { RunResult, AnalysisCounts } from "./worker-messages.ts";

type Event = Pick<ProgressEvent, "type" | "data">;
export type RunParts = {
  agent: Agent;
  service: Pick<ServiceStore, "addProgress">;
  now: () => number;
  signal: AbortSignal;
  drain: AbortSignal;
};

/** What a report says of a source that does not exist: nothing failed. */
const NOT_RECORDED = "not recorded";
/** What stands in a report in place of a secret: `⟨token⟩`. */
const MASK = /⟨[a-z-]+⟩/g;
/** Hypotheses that are told while the analysis runs. */
const TOLD_HYPOTHESES = 3;

/** Runs an analysis, or goes on with it, telling what it does. Never throws: what went wrong is the result. */
export async function runAnalysis(
  analysisId: string,
  { agent, service, now, signal, drain }: RunParts,
): Promise<RunResult> {
  const teller = progressRecorder(analysisId, service, agent.deps.log);
  const tell = (events: () => Promise<Event[]>): void => {
    const atMs = now();
    teller.record(async () => (await events()).map((event) => ({ atMs, ...event })));
  };
  const spans = nodeSpans(analysisId);
  try {
    const outcome = await resume(agent, analysisId, {
      signal,
      drain,
      onStart(node) {
        spans.start(node);
        tell(async () => [{ type: "node_started", data: { node } }]);
      },
      onStep(node, found) {
        spans.end(node, found);
        tell(() => eventsOf(agent.deps.store, analysisId, node, found));
      },
    });
    spans.finish(null);
    await teller.settled();
    return {
      kind: "ended",
      status: outcome.status === "waiting_for_review" ? "waiting_for_review" : "done",
      events: await lastEvents(agent.deps.store, outcome),
      counts: tallyOf(outcome.report),
    };
  } catch (error) {
    spans.finish(error instanceof Error ? error.name : "unknown");
    await teller.settled();
    return signal.aborted || wasDrained(error) ? { kind: "left" } : failed(error);
  }
}

const failed = (error: unknown): RunResult =>
  error instanceof IncidentError
    ? { kind: "failed", code: error.code, message: error.message, hint: error.hint }
    : {
        kind: "failed",
        code: null,
        message: `a defect of Causeway itself: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
        hint: "Please report it, with the log.",
      };

/** What a node that finished has to tell. */
async function eventsOf(store: AnalysisStore, analysisId: string, node: string, found: number): Promise<Event[]> {
  if (isSource(node)) return [{ type: "evidence", data: { source: SOURCES[node], found } }];
  if (node !== "rank-causes") return [];
  const ranking = await findArtifact(store, analysisId, "ranking");
  return (ranking?.hypotheses ?? []).slice(0, TOLD_HYPOTHESES).map(({ entity, cause, confidence }, index) => ({
    type: "hypothesis",
    data: { rank: index + 1, entity: entity.id, cause, confidence },
  }));
}
const isSource = (node: string): node is keyof typeof SOURCES => node in SOURCES;

async function lastEvents(store: AnalysisStore, { analysisId, status, report }: AnalysisOutcome): Promise<Event[]> {
  const open = status === "waiting_for_review" ? await store.listActions(analysisId) : [];
  const asked = open.map(({ id, title, scriptSha256 }): Event => ({
    type: "approval_required",
    data: { actionId: id, title, scriptSha256 },
  }));
  return [...asked, { type: "final", data: { status, verdict: report.verdict, why: report.why } }];
}

const tallyOf = (report: Report): AnalysisCounts => ({
  ...countsOf(report),
  redactions: JSON.stringify(report).match(MASK)?.length ?? 0,
});

const countsOf = ({
  verdict,
  hypotheses,
  timings,
  not_checked,
  similar,
  model,
  cost,
}: Report): Omit<AnalysisCounts, "redactions"> => ({
  verdict,
  confidence: hypotheses[0]?.confidence ?? null,
  ms: timings.ms,
  recalled: similar.length,
  model,
  failedSources: [...new Set(not_checked.flatMap(({ source, why }) => (why === NOT_RECORDED ? [] : source)))],
  inputTokens: cost.input_tokens,
  outputTokens: cost.output_tokens,
  usd: cost.usd,
});
