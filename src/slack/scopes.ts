import { z } from "zod";
import type { SlackConfig } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import type { BotIdentity } from "./slack-context.ts";
import { slackWeb, type Web } from "./web.ts";

/** A scope and its purpose. */
export type ScopeUse = { scope: string; why: string };

/** Scopes that Causeway always needs. */
const ALWAYS: readonly ScopeUse[] = [
  { scope: "app_mentions:read", why: "to receive mentions" },
  { scope: "chat:write", why: "to answer" },
  { scope: "commands", why: "for /incident" },
  {
    scope: "channels:history",
    why: "to read alerts in configured channels, and to find its own messages after a restart",
  },
  { scope: "users:read", why: "to name the decider" },
];

type Uses = Pick<SlackConfig, "approvers" | "pictures" | "channels">;

/** The least scopes for a configuration. */
export const scopesFor = ({ approvers, pictures }: Uses): ScopeUse[] => [
  ...ALWAYS,
  ...(approvers.some((id) => id.startsWith("S"))
    ? [{ scope: "usergroups:read", why: "an approver is a user group" }]
    : []),
  ...(pictures ? [{ scope: "files:write", why: "to post pictures; not needed with slack.pictures: false" }] : []),
];

const AuthTest = z.object({
  team_id: z.string(),
  user_id: z.string(),
  bot_id: z.string().min(1, "this is a user token, not a bot token"),
});

/**
 * Reads the identity and the missing scopes of a token. @throws {IncidentError} CONFIG when Slack refuses the token.
 */
export async function whoAmI(
  web: Web,
  uses: Uses,
): Promise<{ me: BotIdentity; missing: ScopeUse[]; scopes: string[] }> {
  const { answer, scopes } = await web.scoped("auth.test");
  const parsed = AuthTest.safeParse(answer);
  if (!parsed.success)
    throw new IncidentError("CONFIG", `Slack does not accept this as a bot token:\n${z.prettifyError(parsed.error)}`, {
      hint: "Set SLACK_BOT_TOKEN to the bot token (xoxb-…).",
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
  new IncidentError("CONFIG", what, { hint: `${hint} See docs/slack.md.` });

/** Checks that the Slack settings are complete. @throws {IncidentError} CONFIG */
export function readySlack({ botToken, appToken, signingSecret, channels, sandbox }: SlackConfig): ReadySlack {
  if (botToken === null)
    throw unready(
      "Slack is configured, but SLACK_BOT_TOKEN is not set",
      "Set it to the bot token (xoxb-…) from OAuth & Permissions.",
    );
  if (!botToken.startsWith("xoxb-"))
    throw unready(
      "SLACK_BOT_TOKEN does not start with xoxb-",
      "The bot token starts with xoxb-, the app-level token with xapp-.",
    );
  if (appToken !== null && !appToken.startsWith("xapp-"))
    throw unready(
      "SLACK_APP_TOKEN does not start with xapp-",
      "The app-level token starts with xapp-, the bot token with xoxb-.",
    );
  if (sandbox === null && channels.some(({ mode }) => mode === "shadow"))
    throw unready(
      "a Slack channel is in shadow mode, but slack.sandbox is not set",
      "Set slack.sandbox to the channel for shadow posts.",
    );
  if (appToken !== null) return { botToken, transport: { kind: "socket", appToken } };
  if (signingSecret !== null) return { botToken, transport: { kind: "http", signingSecret } };
  throw unready(
    "SLACK_BOT_TOKEN is set, but neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET",
    "Set SLACK_APP_TOKEN (xapp-…) for Socket Mode without a public address, or SLACK_SIGNING_SECRET for HTTP.",
  );
}

export type SlackCheck = { state: "ok" | "warning" | "broken"; detail: string };

const listed = (scopes: readonly ScopeUse[]): string => scopes.map(({ scope, why }) => `${scope} (${why})`).join(", ");

/** Checks token and scopes for `causeway doctor`. @throws {IncidentError} when Slack refuses or is unreachable. */
export async function checkSlack(config: SlackConfig, fetch: typeof globalThis.fetch): Promise<SlackCheck> {
  const { botToken, transport } = readySlack(config);
  const web = slackWeb({ botToken, apiUrl: config.apiUrl, fetch });
  const { me, missing } = await whoAmI(web, config);
  if (missing.length > 0)
    return {
      state: "broken",
      detail: `the app lacks ${listed(missing)}. Add them under OAuth & Permissions, then reinstall the app.`,
    };
  if (transport.kind === "socket")
    await slackWeb({ botToken: transport.appToken, apiUrl: config.apiUrl, fetch }).call("apps.connections.open", {});
  const mode = transport.kind === "socket" ? "Socket Mode" : "events over HTTP";
  const summary = `user ${me.userId} of team ${me.teamId}, ${mode}, ${config.channels.length} alert channel(s)`;
  return config.approvers.length === 0
    ? { state: "warning", detail: `${summary}; nobody can approve from Slack because SLACK_APPROVERS is not set` }
    : { state: "ok", detail: summary };
}
