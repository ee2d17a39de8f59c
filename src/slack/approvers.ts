import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import type { Desk } from "./desk.ts";

const Members = z.object({ users: z.array(z.string()).default([]) });
const Profile = z.object({
  user: z.object({ real_name: z.string().optional(), name: z.string().optional(), is_bot: z.boolean().default(false) }),
});

/** Whether somebody may approve and reject; else why not. Asked anew each time: who is on call changes. */
export async function mayDecide(
  { config, web }: Pick<Desk, "config" | "web">,
  userId: string,
): Promise<{ ok: true } | { ok: false; why: string }> {
  const { approvers } = config;
  if (approvers.length === 0)
    return {
      ok: false,
      why: "Nobody may approve or reject from Slack yet: name approvers in SLACK_APPROVERS, or decide with `causeway approve`.",
    };
  if (approvers.includes(userId)) return { ok: true };
  for (const group of approvers.filter((id) => id.startsWith("S"))) {
    const { users } = Members.parse(await web.call("usergroups.users.list", { usergroup: group }));
    if (users.includes(userId)) return { ok: true };
  }
  return {
    ok: false,
    why: "You are not among those who may approve and reject here. Ask one of the approvers, or have yourself added to SLACK_APPROVERS.",
  };
}

/** How a decision names whoever made it: as they are called, and by the id that no one else has. */
export async function nameOf({ web, me }: Pick<Desk, "web" | "me">, userId: string): Promise<string> {
  const id = `slack:${me.teamId}/${userId}`;
  try {
    const { user } = Profile.parse(await web.call("users.info", { user: userId }));
    const name = user.real_name ?? user.name ?? "";
    return name === "" ? id : `${name} (${id})`;
  } catch (error) {
    if (error instanceof IncidentError || error instanceof z.ZodError) return id; // the id is enough
    throw error;
  }
}
