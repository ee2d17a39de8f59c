import { createRoute, z } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import { messageOf } from "../../domain/errors.ts";
import type { WorkStatus } from "../../domain/service.ts";
import { endWhenOut } from "../end-when-out.ts";
import { principalOf } from "../principal.ts";
import { AnalysisPath } from "../parameters.ts";
import { refusal, refusals, retryAfter } from "../problem.ts";
import { RECONNECT_MS, sendEvents } from "../send-events.ts";
import { streamSlots } from "../stream-slots.ts";
import type { Surface } from "../surface.ts";

const UNDER_WAY: ReadonlySet<WorkStatus> = new Set(["queued", "running"]);

const EventId = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Streams the progress of an analysis. */
export function addEventRoutes({ app, service, gate, access, log, closing }: Surface): void {
  const slots = streamSlots();

  const follow = createRoute({
    method: "get",
    path: "/v1/analyses/{analysisId}/events",
    tags: ["analyses"],
    summary: "Follow an analysis: server-sent events, resumed by Last-Event-ID",
    ...gate.needs("read"),
    request: {
      params: AnalysisPath,
      headers: z.object({ "last-event-id": EventId.optional() }),
      query: z.object({
        after: EventId.optional().openapi({
          description: "Same as Last-Event-ID, for clients that cannot send headers.",
        }),
      }),
    },
    responses: {
      200: {
        description:
          "Events: node_started, evidence, hypothesis, investigation, approval_required, error, final. " +
          "The last is `final`, or an error without a retry.",
        content: { "text/event-stream": { schema: z.string() } },
      },
      204: { description: "No more events: do not reconnect" },
      ...refusals(401, 403, 404, 422, 429),
    },
  });

  app.openapi(follow, async (c) => {
    const { analysisId } = c.req.valid("param");
    const afterId = c.req.valid("header")["last-event-id"] ?? c.req.valid("query").after ?? 0;
    const { status } = await service.getAnalysis(analysisId);
    // HEAD has no body to stream into
    if (c.req.method === "HEAD") return c.body(null, 200, { "content-type": "text/event-stream" });

    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, closing]);
    const events = service.progress(analysisId, { afterId, signal })[Symbol.asyncIterator]();
    // The analysis has stopped, so all remaining events are available at once.
    const first = afterId > 0 && !UNDER_WAY.has(status) ? await events.next() : null;
    if (first?.done === true) return c.body(null, 204);

    const release = slots.take(principalOf(c).id);
    if (release === null) throw refusal(429, "Too many open event streams.", { headers: retryAfter(RECONNECT_MS) });
    return streamSSE(c, async (sse) => {
      sse.onAbort(() => gone.abort());
      signal.addEventListener("abort", () => sse.abort());
      const stopLooking = endWhenOut(() => access.isStillIn(c), gone);
      try {
        await sendEvents(sse, first, events, signal);
      } catch (error) {
        // The response head is sent, so the stream just ends and the client reconnects.
        if (!signal.aborted) log.warn({ err: error, analysisId, why: messageOf(error) }, "event stream failed");
      } finally {
        stopLooking();
        gone.abort();
        release();
      }
    });
  });
}
