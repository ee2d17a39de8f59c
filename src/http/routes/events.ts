import { createRoute, z } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import type { ProgressEvent, WorkStatus } from "../../domain/service.ts";
import { isoTime } from "../../domain/time.ts";
import { principalOf } from "../key-for.ts";
import { AnalysisPath } from "../parameters.ts";
import { refusal, refusals, retryAfter } from "../problem.ts";
import type { Surface } from "../surface.ts";

/** Milliseconds between comments that keep proxies from ending a quiet stream. */
const HEARTBEAT_MS = 15_000;
/** Milliseconds after which a reader that was cut off comes back. */
const RECONNECT_MS = 2_000;
/** Streams that one asker may hold, and all together: each is a place in memory. */
const MAX_STREAMS = { each: 50, all: 1_000 } as const;

const UNDER_WAY: ReadonlySet<WorkStatus> = new Set(["queued", "running"]);

const EventId = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** How far an analysis is, as it happens. */
export function addEventRoutes({ app, service, gate, log, closing }: Surface): void {
  const streams = new Map<string, number>();

  const follow = createRoute({
    method: "get", path: "/v1/analyses/{analysisId}/events", tags: ["analyses"], summary: "Follow an analysis: server-sent events, resumed by Last-Event-ID", ...gate.needs("read"),
    request: { params: AnalysisPath, headers: z.object({ "last-event-id": EventId.optional() }), query: z.object({ after: EventId.optional().openapi({ description: "As Last-Event-ID, for who cannot send headers." }) }) },
    responses: {
      200: { description: "node_started, evidence, hypothesis, approval_required, error; the last is final, or an error that is not tried again", content: { "text/event-stream": { schema: z.string() } } },
      204: { description: "Everything was told: a reader need not come back" },
      ...refusals(401, 403, 404, 422, 429),
    },
  });

  app.openapi(follow, async (c) => {
    const { analysisId } = c.req.valid("param");
    const resumeAfter = c.req.valid("header")["last-event-id"] ?? c.req.valid("query").after;
    const { status } = await service.getAnalysis(analysisId);
    if (c.req.method === "HEAD") return c.body(null, 200, { "content-type": "text/event-stream" }); // nobody would read the stream
    const { id } = principalOf(c);
    const held = streams.get(id) ?? 0;
    const all = [...streams.values()].reduce((sum, count) => sum + count, 0);
    if (held >= MAX_STREAMS.each || all >= MAX_STREAMS.all) throw refusal(429, "Too many streams are open.", { headers: retryAfter(RECONNECT_MS) });

    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, closing]);
    const events = service.progress(analysisId, { afterId: resumeAfter ?? 0, signal })[Symbol.asyncIterator]();
    if (resumeAfter !== undefined && resumeAfter > 0 && !UNDER_WAY.has(status)) {
      const first = await events.next(); // known at once: nothing more happens by itself
      if (first.done === true) return c.body(null, 204);
      return stream(first.value);
    }
    return stream(null);

    function stream(first: ProgressEvent | null): Response {
      streams.set(id, (streams.get(id) ?? 0) + 1);
      return streamSSE(c, async (sse) => {
        sse.onAbort(() => ended.abort());
        signal.addEventListener("abort", () => sse.abort());
        const heartbeat = setInterval(() => void sse.write(": still here\n\n"), HEARTBEAT_MS);
        try {
          await sse.write(`retry: ${RECONNECT_MS}\n\n`);
          if (first !== null) await sse.writeSSE(asMessage(first));
          for (let next = await events.next(); next.done !== true && !signal.aborted; next = await events.next()) await sse.writeSSE(asMessage(next.value));
        } catch (error) {
          // The head of the answer is out: the stream just ends, and the reader comes back.
          if (!signal.aborted) log.warn({ err: error, analysisId, why: error instanceof Error ? error.message : String(error) }, "a stream of events broke");
        } finally {
          clearInterval(heartbeat);
          ended.abort();
          const left = (streams.get(id) ?? 1) - 1;
          if (left === 0) streams.delete(id);
          else streams.set(id, left);
        }
      });
    }
  });
}

/** JSON has no bare line ends, so that an event is one line of data whatever a stranger's text holds. */
const asMessage = ({ id, type, atMs, data }: ProgressEvent) => ({ id: String(id), event: type, data: JSON.stringify({ ...data, at: isoTime(atMs) }) });
