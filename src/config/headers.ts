import { percentDecoded } from "../connectors/http/redact.ts";

/**
 * `a=1,b=2`, values percent-encoded, as OpenTelemetry writes headers in a variable.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export const headersOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split(",").flatMap((pair) => {
      const at = pair.indexOf("=");
      return at < 1 ? [] : [[pair.slice(0, at).trim(), percentDecoded(pair.slice(at + 1).trim())] as const];
    }),
  );
