import { streamSSE } from "hono/streaming";
import { messageOf } from "../../domain/errors.ts";
import { endWhenOut } from "../../http/end-when-out.ts";
import { refusal, retryAfter } from "../../http/problem.ts";
import { RECONNECT_MS, sendEvents } from "../../http/send-events.ts";
import { streamSlots } from "../../http/stream-slots.ts";
import type { Pages } from "../pages.ts";

/** The progress of an analysis for its page, as server-sent events. */
export function addProgressRoutes({ app, service, open, door, log, closing }: Pages): void {
  const slots = streamSlots();
  app.get("/analyses/:analysisId/events", async (c) => {
    const { user } = await open(c, "read");
    const { id } = await service.getAnalysis(c.req.param("analysisId"));
    const after = Number(c.req.header("last-event-id") ?? "0");
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, closing]);
    const release = slots.take(user.id);
    if (release === null) throw refusal(429, "Too many open event streams.", { headers: retryAfter(RECONNECT_MS) });
    return streamSSE(c, async (sse) => {
      sse.onAbort(() => gone.abort());
      signal.addEventListener("abort", () => sse.abort());
      const stopLooking = endWhenOut(() => door.isStillIn(c), gone);
      try {
        const afterId = Number.isSafeInteger(after) && after >= 0 ? after : 0;
        await sendEvents(sse, null, service.progress(id, { afterId, signal })[Symbol.asyncIterator](), signal);
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error, analysisId: id, why: messageOf(error) }, "event stream failed");
      } finally {
        stopLooking();
        gone.abort();
        release();
      }
    });
  });
}
