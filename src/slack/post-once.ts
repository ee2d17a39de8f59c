import { z } from "zod";
import type { ChatThread } from "../domain/chat-thread.ts";
import type { Message } from "../render/slack/card.ts";
import type { SlackContext, Turn } from "./slack-context.ts";

const Replies = z.object({
  messages: z
    .array(
      z.looseObject({
        ts: z.string(),
        bot_id: z.string().optional(),
        metadata: z
          .object({ event_payload: z.looseObject({ marker: z.string().optional() }) })
          .optional()
          .catch(undefined),
      }),
    )
    .default([]),
});

/** Finds our message with a marker, posted by a process that died before it recorded it. */
async function findPosted(
  { web, me }: Pick<SlackContext, "web" | "me">,
  channel: string,
  threadTs: string | null,
  marker: string,
): Promise<string | null> {
  const [method, where] =
    threadTs === null
      ? (["conversations.history", {}] as const)
      : (["conversations.replies", { ts: threadTs }] as const);
  const { messages } = Replies.parse(
    await web.call(method, { channel, ...where, include_all_metadata: true, limit: 200 }),
  );
  return (
    messages.find((message) => message.bot_id === me.botId && message.metadata?.event_payload.marker === marker)?.ts ??
    null
  );
}

/**
 * Posts in a thread once for each marker. On a repeat, looks for the earlier message first. @returns the message's
 * timestamp.
 */
export async function postOnce(
  context: Pick<SlackContext, "web" | "me" | "outbox">,
  { channel, threadTs }: Pick<ChatThread, "channel" | "threadTs">,
  marker: string,
  message: Message,
  { isRepeat }: Turn,
): Promise<string> {
  const posted = isRepeat ? await findPosted(context, channel, threadTs, marker) : null;
  return posted ?? context.outbox.post(channel, message, { threadTs, marker });
}
