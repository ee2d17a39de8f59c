import type { ServiceMetrics } from "./metrics.ts";
import type { AnalysisCounts } from "./worker-messages.ts";

/** Counts what an analysis came to. */
export function countResult(
  metrics: ServiceMetrics,
  {
    verdict,
    confidence,
    ms,
    failedSources,
    recalled,
    redactions,
    model,
    inputTokens,
    outputTokens,
    usd,
  }: AnalysisCounts,
): void {
  metrics.investigations.inc({ result: verdict });
  metrics.investigationSeconds.observe(ms / 1000);
  if (confidence !== null) metrics.confidence.observe(confidence);
  if (verdict === "inconclusive") metrics.abstentions.inc();
  for (const source of failedSources) metrics.sourceErrors.inc({ source });
  metrics.retrievalHits.inc(recalled);
  metrics.redactions.inc(redactions);
  if (model === null) return;
  metrics.modelCalls.inc({ model });
  metrics.modelTokens.inc({ model, direction: "in" }, inputTokens);
  metrics.modelTokens.inc({ model, direction: "out" }, outputTokens);
  if (usd !== null) metrics.modelCost.inc({ model }, usd);
}
