import { z } from "zod";
import { isNoticeOf, type Posted } from "../../domain/notice.ts";
import type { ProxySettings } from "../http/proxy.ts";
import { checkTicket, openTicketDoor, type TicketPost, type TicketTarget, triedPost } from "./ticket-door.ts";

const Actions = z.object({ actions: z.array(z.object({ description: z.string().nullish() })) });
const Created = z.object({ action: z.object({ id: z.string() }) });

/**
 * Adds an action to an incident of incident.io. Its API only reads incident updates; an action is what it can add to
 * an incident without a change of what people wrote.
 *
 * @see https://docs.incident.io/api-reference/actions-v2/create
 */
export async function postIncidentIoAction(
  target: TicketTarget,
  { message, analysisId, ticket, again, signal }: TicketPost<"incidentio">,
  proxy: ProxySettings | null,
): Promise<Posted> {
  const id = checkTicket(target.name, ticket, /^[0-9A-HJKMNP-TV-Z]{26}$/i, "01FCNDV6P870EA6S7TK1DSYDG0");
  const door = openTicketDoor(target, { auth: { kind: "bearer", token: target.token }, proxy });
  const path = "/v2/actions";
  try {
    return await triedPost(
      async () => {
        if (!again) {
          const { actions } = await door.json({ path, query: { incident_id: id }, signal }, Actions);
          if (actions.some(({ description }) => isNoticeOf(description ?? "", analysisId)))
            return { link: null, wasThere: true };
        }
        const json = { incident_id: id, description: message.description };
        await door.json({ method: "POST", path, json, signal }, Created);
        return { link: null, wasThere: false };
      },
      { timeoutMs: target.timeoutMs, signal },
    );
  } finally {
    await door.close();
  }
}
