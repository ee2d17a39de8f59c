import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import type { SlackContext } from "./slack-context.ts";

const Members = z.object({ users: z.array(z.string()).default([]) });
const Profile = z.object({
  user: z.object({ real_name: z.string().optional(), name: z.string().optional(), is_bot: z.boolean().default(false) }),
});

/**
 * Checks if a user may approve and reject, and why not. Reads user groups each time, because on-call members change.
 */
export async function mayDecide(
  { config, web }: Pick<SlackContext, "config" | "web">,
  userId: string,
): Promise<{ ok: true } | { ok: false; why: string }> {
  const { approvers } = config;
  if (approvers.length === 0)
    return {
      ok: false,
      why: "No approvers are configured for Slack. Set SLACK_APPROVERS, or decide with `causeway approve`.",
    };
  if (approvers.includes(userId)) return { ok: true };
  for (const group of approvers.filter((id) => id.startsWith("S"))) {
    const { users } = Members.parse(await web.call("usergroups.users.list", { usergroup: group }));
    if (users.includes(userId)) return { ok: true };
  }
  return {
    ok: false,
    why: "You may not approve or reject here. Ask an approver, or have an admin add you to SLACK_APPROVERS.",
  };
}

/** The name of a decider in the record: the display name and the unique Slack id. */
export async function nameOf({ web, me }: Pick<SlackContext, "web" | "me">, userId: string): Promise<string> {
  const id = `slack:${me.teamId}/${userId}`;
  try {
    const { user } = Profile.parse(await web.call("users.info", { user: userId }));
    const name = user.real_name ?? user.name ?? "";
    return name === "" ? id : `${name} (${id})`;
  } catch (error) {
    if (error instanceof IncidentError || error instanceof z.ZodError) return id; // the id alone is enough
    throw error;
  }
}
