import type { SSEStreamingApi } from "hono/streaming";
import type { ProgressEvent } from "../domain/service.ts";
import { isoTime } from "../domain/time.ts";

/** Milliseconds between heartbeats, so that proxies do not close a quiet stream. */
const HEARTBEAT_MS = 15_000;
/** Milliseconds after which a disconnected client reconnects. */
export const RECONNECT_MS = 2_000;

/** Writes events as they arrive, with heartbeats between them. */
export async function sendEvents(
  sse: SSEStreamingApi,
  first: IteratorResult<ProgressEvent> | null,
  events: AsyncIterator<ProgressEvent>,
  signal: AbortSignal,
): Promise<void> {
  const heartbeat = setInterval(() => void sse.write(": still here\n\n"), HEARTBEAT_MS);
  try {
    await sse.write(`retry: ${RECONNECT_MS}\n\n`);
    for (let next = first ?? (await events.next()); next.done !== true && !signal.aborted; next = await events.next())
      await sse.writeSSE(asMessage(next.value));
  } finally {
    clearInterval(heartbeat);
  }
}

/** JSON has no bare line breaks, so an event is one line of data whatever text it contains. */
const asMessage = ({ id, type, atMs, data }: ProgressEvent) => ({
  id: String(id),
  event: type,
  data: JSON.stringify({ ...data, at: isoTime(atMs) }),
});
