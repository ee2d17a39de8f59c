import { Agent, request } from "node:http";
import type { SpanLine } from "./tracer.ts";

const BATCH_MS = 500;
/** Spans that wait while the receiver is away. Beyond it, the oldest are dropped, as in any exporter. */
const MAX_WAITING = 5_000;

/**
 * Sends finished spans to an OTLP/HTTP receiver, in batches of JSON.
 *
 * @param endpoint without `/v1/traces`, as in `OTEL_EXPORTER_OTLP_ENDPOINT`.
 * @param resource further attributes of the resource, besides `service.name`.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function openOtlpSender(
  endpoint: string,
  service: string,
  resource: Readonly<Record<string, string>> = {},
): (span: SpanLine) => void {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let waiting: SpanLine[] = [];
  let isSending = false;
  const send = async (): Promise<void> => {
    if (isSending || waiting.length === 0) return;
    isSending = true;
    const batch = waiting;
    waiting = [];
    const isTaken = await post(agent, `${endpoint}/v1/traces`, JSON.stringify(tracesOf(service, batch, resource)));
    if (!isTaken) waiting = [...batch, ...waiting].slice(-MAX_WAITING);
    isSending = false;
  };
  setInterval(() => void send(), BATCH_MS).unref();
  return (span) => {
    waiting.push(span);
    if (waiting.length > MAX_WAITING) waiting.shift();
  };
}

/** The body of an `ExportTraceServiceRequest` in JSON. */
export const tracesOf = (
  service: string,
  spans: readonly SpanLine[],
  resource: Readonly<Record<string, string>> = {},
) => ({
  resourceSpans: [
    {
      resource: {
        attributes: Object.entries({ "service.name": service, ...resource }).map(([key, stringValue]) => ({
          key,
          value: { stringValue },
        })),
      },
      scopeSpans: [{ scope: { name: "causeway-lab" }, spans: spans.map(spanOf) }],
    },
  ],
});

const KINDS = { internal: 1, server: 2, client: 3 } as const;
const STATUS = { unset: 0, ok: 1, error: 2 } as const;

function spanOf({ traceId, spanId, parentSpanId, kind, operation, startUnixNano, durationUs, status }: SpanLine) {
  const [, message] = /^ERROR: ?(.*)$/.exec(status) ?? [];
  return {
    traceId,
    spanId,
    ...(parentSpanId === null ? {} : { parentSpanId }),
    kind: KINDS[kind],
    name: operation,
    startTimeUnixNano: startUnixNano,
    endTimeUnixNano: String(BigInt(startUnixNano) + BigInt(durationUs) * 1_000n),
    status:
      message === undefined ? { code: status === "OK" ? STATUS.ok : STATUS.unset } : { code: STATUS.error, message },
  };
}

/** False if it should be sent again: nobody answered, or the receiver is busy. */
function post(agent: Agent, url: string, body: string): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = request(
      url,
      { agent, method: "POST", headers: { "content-type": "application/json" } },
      (reply) => {
        reply
          .resume()
          .on("end", () => resolve(![429, 502, 503, 504].includes(reply.statusCode ?? 0)))
          .on("error", () => resolve(false));
      },
    );
    outgoing.on("error", () => resolve(false)).end(body);
  });
}
