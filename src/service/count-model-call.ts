import type { ModelCall } from "../domain/model-call.ts";
import type { ServiceMetrics } from "./metrics.ts";

/** Adds a call of a model that has ended to the metrics. */
export function countModelCall(metrics: ServiceMetrics, call: ModelCall): void {
  const { model, task, cache, error, inputTokens, cachedTokens, outputTokens, costUsd, totalMs } = call;
  metrics.modelCalls.inc({ model, task, outcome: outcomeOf(call) });
  if (error !== null) metrics.modelErrors.inc({ model, error });
  metrics.modelTokens.inc({ model, direction: "in" }, inputTokens ?? 0);
  metrics.modelTokens.inc({ model, direction: "in_cached" }, cachedTokens ?? 0);
  metrics.modelTokens.inc({ model, direction: "out" }, outputTokens ?? 0);
  metrics.modelCost.inc({ model }, costUsd ?? 0);
  if (cache === "none" && error === null) metrics.modelSeconds.observe({ model }, totalMs / 1000);
}

function outcomeOf({ cache, error }: ModelCall): string {
  if (error !== null) return error === "CAP" ? "held_back" : "failed";
  return cache === "none" ? "answered" : "cached";
}
