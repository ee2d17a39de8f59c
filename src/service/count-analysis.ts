import type { AnalysisCounts } from "../app/run-result.ts";
import type { ServiceMetrics } from "./metrics.ts";

/** Adds a finished analysis to the metrics. */
export function countAnalysis(metrics: ServiceMetrics, counts: AnalysisCounts): void {
  const { verdict, confidence, ms, failedSources, recalled, redactions } = counts;
  metrics.investigations.inc({ result: verdict });
  metrics.investigationSeconds.observe(ms / 1000);
  if (confidence !== null) metrics.confidence.observe(confidence);
  if (verdict === "inconclusive") metrics.abstentions.inc();
  for (const source of failedSources) metrics.sourceErrors.inc({ source });
  metrics.retrievalHits.inc(recalled);
  metrics.redactions.inc(redactions);
}
