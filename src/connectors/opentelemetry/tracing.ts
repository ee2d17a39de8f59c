import type { Config } from "../../config.ts";
import { programVersion } from "../../app/version.ts";

const FLUSH_PATIENCE_MS = 3_000;

/**
 * Has what this thread does traced, where the configuration says whither; else nothing is loaded, and spans cost next to nothing.
 *
 * @returns ends it, and sends what is left.
 */
export async function startTracing({ tracing }: Pick<Config, "tracing">): Promise<() => Promise<void>> {
  if (tracing === null) return async () => undefined;
  const [{ NodeSDK }, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/sdk-node"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  const url = `${tracing.endpoint.replace(/\/+$/, "")}/v1/traces`;
  // traces alone: logs go to stderr, figures to /metrics
  const sdk = new NodeSDK({
    serviceName: tracing.serviceName,
    traceExporter: new OTLPTraceExporter({ url, headers: { ...tracing.headers } }),
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  return async () => {
    const late = new Promise<void>((told) => setTimeout(told, FLUSH_PATIENCE_MS).unref());
    await Promise.race([sdk.shutdown().catch(() => undefined), late]); // a collector that is away must not keep us from ending
  };
}

/** The name and version under which spans are made. */
export const tracerName = (): readonly [string, string] => ["causeway", programVersion()];
