import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import { isNoticeOf, type Posted } from "../../domain/notice.ts";
import type { ProxySettings } from "../http/proxy.ts";
import { checkTicket, openTicketDoor, type TicketPost, type TicketTarget, triedPost } from "./ticket-door.ts";

const Notes = z.object({ notes: z.array(z.object({ content: z.string().nullish() })) });
const Created = z.object({ note: z.object({ id: z.string() }) });

/**
 * Adds a note to an incident of PagerDuty.
 *
 * @throws {IncidentError} CONFIG without `from`
 * @see https://developer.pagerduty.com/api-reference/a1ac30885eb7a-create-a-note-on-an-incident
 */
export async function postPagerDutyNote(
  target: TicketTarget,
  { message, analysisId, ticket, again, signal }: TicketPost<"pagerduty">,
  proxy: ProxySettings | null,
): Promise<Posted> {
  const id = checkTicket(target.name, ticket, /^[A-Z0-9]{1,40}$/i, "Q1ABC2DEF3");
  if (target.user === null)
    throw new IncidentError("CONFIG", `${target.name} has no \`from\``, {
      hint: "PagerDuty signs a note with a user of the account: set PAGERDUTY_FROM to the e-mail address of one.",
    });
  const door = openTicketDoor(target, {
    auth: { kind: "header", name: "authorization", value: `Token token=${target.token}` },
    headers: { accept: "application/vnd.pagerduty+json;version=2" },
    proxy,
  });
  const path = `/incidents/${id}/notes`;
  const headers = { from: target.user };
  try {
    return await triedPost(
      async () => {
        if (!again) {
          const { notes } = await door.json({ path, signal }, Notes);
          if (notes.some(({ content }) => isNoticeOf(content ?? "", analysisId))) return { link: null, wasThere: true };
        }
        await door.json(
          { method: "POST", path, headers, json: { note: { content: message.content } }, signal },
          Created,
        );
        return { link: null, wasThere: false };
      },
      { timeoutMs: target.timeoutMs, signal },
    );
  } finally {
    await door.close();
  }
}
