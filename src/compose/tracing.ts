import type { Config } from "../config.ts";
import { startTracing as startOtlpTracing, type TracingOptions } from "../connectors/opentelemetry/tracing.ts";

/** Traces this thread as the configuration says. @returns stops tracing, and sends the spans that are left. */
export const startTracing = (
  { tracing }: Pick<Config, "tracing">,
  limits: Pick<TracingOptions, "exportMs"> = {},
): Promise<() => Promise<void>> => startOtlpTracing(tracing === null ? null : { ...tracing, ...limits });
