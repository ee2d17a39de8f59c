import { z } from "zod";
import type { ChatThread } from "../domain/chat-thread.ts";
import type { Message } from "../render/slack/card.ts";
import type { Desk, Turn } from "./desk.ts";

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

/** The message of ours that bears a marker: what a process posted that was killed before it could note so. */
async function findSaid(
  { web, me }: Pick<Desk, "web" | "me">,
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

/** Posts in a thread, once for a marker: where somebody may have done so before, it is looked up first. @returns the message's time stamp. */
export async function sayOnce(
  desk: Pick<Desk, "web" | "me" | "outbox">,
  { channel, threadTs }: Pick<ChatThread, "channel" | "threadTs">,
  marker: string,
  message: Message,
  { isRepeat }: Turn,
): Promise<string> {
  const said = isRepeat ? await findSaid(desk, channel, threadTs, marker) : null;
  return said ?? desk.outbox.post(channel, message, { threadTs, marker });
}
