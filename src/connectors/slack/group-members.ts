import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { HttpDoor } from "../http/types.ts";

const Answer = z.object({ ok: z.boolean(), error: z.string().optional(), users: z.array(z.string()).default([]) });

/**
 * The members of a Slack user group, now. They change with the on-call rota.
 *
 * @see https://docs.slack.dev/reference/methods/usergroups.users.list
 * @throws {IncidentError} as the door does; REJECTED if Slack refuses.
 */
export async function groupMembers(
  door: Pick<HttpDoor, "json">,
  { apiUrl, token, group }: { apiUrl: string; token: string; group: string },
): Promise<string[]> {
  const answer = await door.json(
    {
      url: new URL("usergroups.users.list", apiUrl).href,
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      urlEncoded: { usergroup: group },
    },
    Answer,
  );
  if (answer.ok) return answer.users;
  throw new IncidentError("REJECTED", `Slack does not list the user group ${group}: ${answer.error ?? "no reason"}`, {
    hint: "Check SLACK_APPROVERS, and that the app has the scope usergroups:read.",
  });
}
