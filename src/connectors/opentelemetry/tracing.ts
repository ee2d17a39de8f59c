import { context, propagation, trace } from "@opentelemetry/api";
import { maskedExporter } from "./masked-exporter.ts";

const FLUSH_PATIENCE_MS = 3_000;

export type TracingOptions = {
  /** The OTLP endpoint without `/v1/traces`. */
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  serviceName: string;
  /** Longest time of one export, milliseconds; absent: as OTEL_EXPORTER_OTLP_TIMEOUT says, or 10 s. */
  exportMs?: number | undefined;
};

/**
 * Traces this thread. Null loads nothing, and spans then cost next to nothing.
 *
 * @returns stops tracing, and sends the spans that are left.
 */
export async function startTracing(options: TracingOptions | null): Promise<() => Promise<void>> {
  if (options === null) return async () => undefined;
  const [{ NodeSDK }, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/sdk-node"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  const { exportMs } = options;
  const url = `${options.endpoint.replace(/\/+$/, "")}/v1/traces`;
  // Traces only: logs go to stderr, metrics to /metrics.
  const sdk = new NodeSDK({
    serviceName: options.serviceName,
    traceExporter: maskedExporter(
      new OTLPTraceExporter({
        url,
        headers: { ...options.headers },
        ...(exportMs === undefined ? {} : { timeoutMillis: exportMs }),
      }),
    ),
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  return async () => {
    const late = new Promise<void>((resolve) => setTimeout(resolve, FLUSH_PATIENCE_MS).unref());
    // A collector that is down must not keep the process from ending.
    await Promise.race([sdk.shutdown().catch(() => undefined), late]);
    for (const api of [trace, context, propagation]) api.disable(); // so that this thread may be traced again
  };
}
