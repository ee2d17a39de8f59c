import type { Config } from "../config.ts";
import { groupMembers } from "../connectors/slack/group-members.ts";
import type { Approver } from "../domain/approver.ts";
import { IncidentError } from "../domain/errors.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { CONFIGURED_KEY_ID, isOidcPerson, LOCAL_ID } from "../domain/web-session.ts";
import { openSlackHttp } from "./slack-http.ts";

type Settings = Pick<Config, "http" | "slack" | "proxy" | "web">;

/**
 * Whether the surface by which somebody approved would let them approve now: an API key that is not revoked and has the
 * scope, a Slack user on the list of approvers. At the command line it is whoever may use the home folder; what the
 * policy says of people and roles is checked apart. If Slack cannot be asked, the answer is no.
 */
export const stillAllowed =
  ({ http, slack, proxy, web }: Settings, service: Pick<ServiceStore, "listKeys">) =>
  async ({ surface, id }: Approver): Promise<boolean> => {
    if (surface === "cli") return true;
    if (surface === "slack") return isSlackApprover(id, { slack, proxy });
    // what the provider says of a person is known at the sign-in alone
    if (surface === "web" && isOidcPerson(id)) return web.oidc !== null;
    if (id === CONFIGURED_KEY_ID) return http.apiKey !== null;
    const valid = (await service.listKeys()).filter(({ revokedAtMs }) => revokedAtMs === null);
    // a request without a key is taken only while there is none
    if (id === LOCAL_ID) return http.apiKey === null && valid.length === 0;
    return valid.some((key) => key.id === id && key.scopes.includes("approve"));
  };

async function isSlackApprover(userId: string, { slack, proxy }: Pick<Settings, "slack" | "proxy">): Promise<boolean> {
  if (slack === null) return false;
  if (slack.approvers.includes(userId)) return true;
  const groups = slack.approvers.filter((one) => one.startsWith("S"));
  const { botToken: token, apiUrl } = slack;
  if (groups.length === 0 || token === null) return false;
  const door = openSlackHttp(proxy);
  try {
    for (const group of groups) if ((await groupMembers(door, { apiUrl, token, group })).includes(userId)) return true;
    return false;
  } catch (error) {
    if (error instanceof IncidentError) return false;
    throw error;
  } finally {
    await door.close();
  }
}
