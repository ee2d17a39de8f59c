import { z } from "zod";
import type { SlackConfig } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Identity } from "./desk.ts";
import { slackWeb, type Web } from "./web.ts";

/** A scope with what it is for. */
export type ScopeUse = { scope: string; why: string };

/** Without these nothing works. */
const ALWAYS: readonly ScopeUse[] = [
  { scope: "app_mentions:read", why: "to be asked" },
  { scope: "chat:write", why: "to answer" },
  { scope: "commands", why: "/incident" },
  {
    scope: "channels:history",
    why: "to read alerts in the channels that are opted in, and to find its own messages after a restart",
  },
  { scope: "users:read", why: "to name who decided" },
];

type Uses = Pick<SlackConfig, "approvers" | "pictures" | "channels">;

/** The least that a configuration needs. */
export const scopesFor = ({ approvers, pictures }: Uses): ScopeUse[] => [
  ...ALWAYS,
  ...(approvers.some((id) => id.startsWith("S"))
    ? [{ scope: "usergroups:read", why: "an approver is a user group" }]
    : []),
  ...(pictures
    ? [{ scope: "files:write", why: "to post pictures of the series and the path; slack.pictures: false does without" }]
    : []),
];

const AuthTest = z.object({
  team_id: z.string(),
  user_id: z.string(),
  bot_id: z.string().min(1, "the token is a user's, not a bot's"),
});

/** Who the token makes us, and the scopes that are missing. @throws {IncidentError} CONFIG when Slack refuses the token. */
export async function whoAmI(web: Web, uses: Uses): Promise<{ me: Identity; missing: ScopeUse[]; scopes: string[] }> {
  const { answer, scopes } = await web.scoped("auth.test");
  const parsed = AuthTest.safeParse(answer);
  if (!parsed.success)
    throw new IncidentError("CONFIG", `Slack knows no bot by this token:\n${z.prettifyError(parsed.error)}`, {
      hint: "Set SLACK_BOT_TOKEN to the bot token, which begins with xoxb-.",
    });
  const { team_id: teamId, user_id: userId, bot_id: botId } = parsed.data;
  return {
    me: { teamId, userId, botId },
    scopes,
    missing: scopesFor(uses).filter(({ scope }) => !scopes.includes(scope)),
  };
}

export type Transport = { kind: "socket"; appToken: string } | { kind: "http"; signingSecret: string };
export type ReadySlack = { botToken: string; transport: Transport };

const unready = (what: string, hint: string): IncidentError =>
  new IncidentError("CONFIG", what, { hint: `${hint} docs/slack.md tells more.` });

/** Whether what is configured is enough to begin with. @throws {IncidentError} CONFIG */
export function readySlack({ botToken, appToken, signingSecret, channels, sandbox }: SlackConfig): ReadySlack {
  if (botToken === null)
    throw unready(
      "Slack is configured, but SLACK_BOT_TOKEN is not set",
      "Set the bot token (xoxb-…); OAuth & Permissions shows it.",
    );
  if (!botToken.startsWith("xoxb-"))
    throw unready(
      "SLACK_BOT_TOKEN does not begin with xoxb-",
      "The bot token begins with xoxb-, the app-level token with xapp-.",
    );
  if (appToken !== null && !appToken.startsWith("xapp-"))
    throw unready(
      "SLACK_APP_TOKEN does not begin with xapp-",
      "The app-level token begins with xapp-, the bot token with xoxb-.",
    );
  if (sandbox === null && channels.some(({ mode }) => mode === "shadow"))
    throw unready(
      "a Slack channel is in shadow mode, but there is no sandbox",
      "Set slack.sandbox to the channel in which shadows are posted.",
    );
  if (appToken !== null) return { botToken, transport: { kind: "socket", appToken } };
  if (signingSecret !== null) return { botToken, transport: { kind: "http", signingSecret } };
  throw unready(
    "SLACK_BOT_TOKEN is set, but nothing says how events come in",
    "Set SLACK_APP_TOKEN (xapp-…, Socket Mode: no public address), or SLACK_SIGNING_SECRET (HTTP).",
  );
}

export type SlackCheck = { state: "ok" | "warning" | "broken"; detail: string };

/** For `doctor`: whether the token works, and which scopes it lacks. @throws {IncidentError} where Slack refuses, or cannot be reached. */
export async function checkSlack(config: SlackConfig, fetch: typeof globalThis.fetch): Promise<SlackCheck> {
  const { botToken, transport } = readySlack(config);
  const web = slackWeb({ botToken, apiUrl: config.apiUrl, fetch });
  const { me, missing } = await whoAmI(web, config);
  if (missing.length > 0)
    return {
      state: "broken",
      detail: `the app lacks ${missing.map(({ scope, why }) => `${scope} (${why})`).join(", ")}: add them under OAuth & Permissions, and install the app again`,
    };
  if (transport.kind === "socket")
    await slackWeb({ botToken: transport.appToken, apiUrl: config.apiUrl, fetch }).call("apps.connections.open", {});
  const told = `user ${me.userId} of team ${me.teamId}, ${transport.kind === "socket" ? "Socket Mode" : "events over HTTP"}, ${config.channels.length} alert channel(s)`;
  return config.approvers.length === 0
    ? { state: "warning", detail: `${told}; nobody may approve from Slack: SLACK_APPROVERS is not set` }
    : { state: "ok", detail: told };
}
