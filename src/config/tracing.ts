import { z } from "zod";
import { type Env, fromEnv, maskedUrl, secret, set } from "./env.ts";
import { headersOf } from "./headers.ts";

/**
 * The destination of Causeway's own traces. The variables have OpenTelemetry's names. `headers` may hold secrets.
 * `withContent`: spans of a model show prompts and answers, with secrets masked.
 */
export type TracingConfig = {
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  serviceName: string;
  withContent: boolean;
};

/** As instrumentations of OpenTelemetry read it; Causeway has no events, so both mean spans. */
const CaptureContent = z
  .string()
  .toLowerCase()
  .pipe(z.enum(["true", "false", "1", "0", "no_content", "span_only", "span_and_event"]))
  .transform((text) => !["false", "0", "no_content"].includes(text));
const Endpoint = z.url({ protocol: /^https?$/ });

/** `null`: no traces are sent. @throws {IncidentError} CONFIG */
export function readTracing(env: Env): TracingConfig | null {
  const endpoint = fromEnv(env, "OTEL_EXPORTER_OTLP_ENDPOINT", Endpoint);
  if (endpoint === undefined) return null;
  return {
    endpoint,
    headers: headersOf(secret(env, "OTEL_EXPORTER_OTLP_HEADERS") ?? ""),
    serviceName: set(env.OTEL_SERVICE_NAME) ?? "causeway",
    withContent: fromEnv(env, "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", CaptureContent) ?? false,
  };
}

export const maskTracing = (tracing: TracingConfig): TracingConfig => ({
  ...tracing,
  endpoint: maskedUrl(tracing.endpoint),
  headers: Object.fromEntries(Object.keys(tracing.headers).map((name) => [name, "(set)"])),
});
