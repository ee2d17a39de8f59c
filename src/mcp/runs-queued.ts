import type { ProgressEvent } from "../domain/service.ts";
import type { CausewayService } from "../service/causeway-service.ts";
import type { AnalysisRun, AnalysisRuns, AnalysisRunState } from "./ports.ts";
import { withinWait } from "./within-wait.ts";

type Queue = Pick<CausewayService, "submitAnalysis" | "progress" | "getAnalysis">;

/**
 * Runs analyses through the queue of the service, where others may wait for the same one: cancelling a call ends the
 * waiting, and not the analysis.
 */
export const runsQueued = (service: Queue, closing: AbortSignal): AnalysisRuns => ({
  async run(incidentId, { by, force, waitMs, signal, onProgress }: AnalysisRun): Promise<AnalysisRunState> {
    const { analysisId } = await service.submitAnalysis(incidentId, { idempotencyKey: null, by, force });
    const over = new AbortController();
    const stop = AbortSignal.any([signal, closing, over.signal]);
    try {
      await withinWait(follow(service, analysisId, stop, onProgress), waitMs, AbortSignal.any([signal, closing]));
    } finally {
      over.abort();
    }
    const { status, why } = await service.getAnalysis(analysisId);
    return { analysisId, status, why };
  },
});

async function follow(
  service: Queue,
  analysisId: string,
  signal: AbortSignal,
  onProgress: (step: string) => void,
): Promise<void> {
  for await (const event of service.progress(analysisId, { afterId: 0, signal })) onProgress(sentenceOf(event));
}

function sentenceOf({ type, data }: ProgressEvent): string {
  switch (type) {
    case "node_started":
      return `${data.node}: started`;
    case "evidence":
      return `${data.source}: ${data.found} findings`;
    case "hypothesis":
      return `suspect ${data.rank}: ${data.entity}, ${data.cause}`;
    case "investigation":
      return String(data.step);
    case "approval_required":
      return `waits for a person: ${data.title}`;
    case "error":
      return `failed: ${data.message}`;
    case "final":
      return `verdict: ${data.verdict}`;
  }
}
