import { randomBytes } from "node:crypto";
import { z } from "zod";
import { every } from "../shop/service.ts";
import { type BuildPodService, reply } from "./pod-service.ts";

type Message = { id: string; body: unknown; publishedMs: number; hiddenUntilMs: number };
/** A message that was taken and not acknowledged is given out again after this time. */
const HIDDEN_MS = 10_000;
const NewMessage = z.object({ body: z.unknown() });

/** A broker with one queue: messages are published, taken, and acknowledged. They are lost when it restarts. */
export const buildQueue: BuildPodService = ({ env, log, meters }) => {
  const maxLength = env.whole("MAX_LENGTH");
  const messages = new Map<string, Message>();
  const published = meters.counter("queue_messages_published_total", "Messages accepted.");
  const delivered = meters.counter("queue_messages_delivered_total", "Messages given to a consumer.");
  const acknowledged = meters.counter("queue_messages_acknowledged_total", "Messages that were processed.");
  const ageSeconds = (): number => {
    const [oldest] = messages.values();
    return oldest === undefined ? 0 : (performance.now() - oldest.publishedMs) / 1000;
  };
  meters.gauge("queue_messages_ready", "Messages that wait.", () => messages.size);
  meters.gauge("queue_oldest_message_age_seconds", "Age of the oldest message.", ageSeconds);
  every(15_000, () => log("INFO", "queue state", { waiting: messages.size, oldestSeconds: Math.round(ageSeconds()) }));
  return {
    routes: [
      {
        method: "POST",
        path: "/messages",
        handle({ body, trace }) {
          if (messages.size >= maxLength) {
            log("ERROR", "message refused: queue is full", { length: messages.size, limit: maxLength }, trace);
            return Promise.resolve(reply(429, { error: "queue is full" }));
          }
          const id = randomBytes(6).toString("hex");
          messages.set(id, { id, body: NewMessage.parse(body).body, publishedMs: performance.now(), hiddenUntilMs: 0 });
          published.add();
          return Promise.resolve(reply(201, { id }));
        },
      },
      {
        method: "POST",
        path: "/messages/take",
        handle() {
          const nowMs = performance.now();
          const message = [...messages.values()].find(({ hiddenUntilMs }) => hiddenUntilMs <= nowMs);
          if (message === undefined) return Promise.resolve(reply(200, { message: null }));
          message.hiddenUntilMs = nowMs + HIDDEN_MS;
          delivered.add();
          return Promise.resolve(reply(200, { message: { id: message.id, body: message.body } }));
        },
      },
      {
        method: "DELETE",
        path: "/messages/{id}",
        handle({ params: { id = "" } }) {
          if (messages.delete(id)) acknowledged.add();
          return Promise.resolve(reply(200, { id }));
        },
      },
    ],
  };
};
