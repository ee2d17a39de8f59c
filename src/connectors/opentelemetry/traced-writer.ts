import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { IncidentError } from "../../domain/errors.ts";
import type { ClaimWriter } from "../../domain/ports.ts";

/**
 * Traces the calls of a model by the semantic conventions. Neither prompts nor answers are recorded.
 *
 * @param tracerName the name and version under which spans are made.
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/
 */
export const tracedWriter = (writer: ClaimWriter, tracerName: readonly [string, string]): ClaimWriter => ({
  name: writer.name,
  writeClaims: (input, signal, onUse) =>
    trace.getTracer(...tracerName).startActiveSpan(
      `chat ${writer.name}`,
      {
        kind: SpanKind.CLIENT,
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.provider.name": "openai",
          "gen_ai.request.model": writer.name,
        },
      },
      async (span) => {
        try {
          const answer = await writer.writeClaims(input, signal, onUse);
          span.setAttributes({
            "gen_ai.usage.input_tokens": answer.use.inputTokens,
            "gen_ai.usage.output_tokens": answer.use.outputTokens,
          });
          return answer;
        } catch (error) {
          span.setAttribute("error.type", error instanceof IncidentError ? error.code : "defect");
          span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      },
    ),
});
