import { createHash } from "node:crypto";
import type { NoticePost } from "../app/notices/send-notice.ts";
import { type Config, isTicketPlace, type NotifyConfig } from "../config.ts";
import { postTicket } from "../connectors/notify/post-ticket.ts";
import { sendTo } from "../connectors/notify/send.ts";
import type { Posted } from "../domain/notice.ts";

/** Posts one message to a configured place. @throws {IncidentError} as `sendTo` and `postTicket` */
export async function postNotice(
  { proxy }: Pick<Config, "proxy">,
  place: NotifyConfig,
  { id, content, analysisId, ticket, again, pullRequest, nowMs }: NoticePost,
  signal: AbortSignal | undefined,
): Promise<Posted> {
  if (isTicketPlace(place)) {
    if (content.to !== "ticket") throw new Error(`${place.kind} takes no message to an address`);
    return postTicket(place, { message: content.message, analysisId, ticket, again, pullRequest, signal }, proxy);
  }
  if (content.to !== "address") throw new Error(`${place.kind} takes no ticket`);
  // a receiver drops a repeat of the same key, so what is sent once more has another
  const key = createHash("sha256")
    .update(again ? `${id}:${nowMs}` : id)
    .digest("hex");
  await sendTo(place, { id: key, payload: content.payload, nowMs }, { proxy, signal });
  return { link: null, wasThere: false };
}
