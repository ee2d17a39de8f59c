import { z } from "zod";
import { type Env, fromEnv, maskedSecret, maskedUrl, secret } from "./env.ts";
import { WebUrl } from "./web-url.ts";

const ChannelId = z
  .string()
  .regex(
    /^[CG][A-Z0-9]{2,}$/,
    "give a channel id such as C0123456789; Slack shows it at the end of the channel's details",
  );
const UserId = z.string().regex(/^[UW][A-Z0-9]{2,}$/, "give a user id such as U0123456789");
const GroupId = z.string().regex(/^S[A-Z0-9]{2,}$/, "give a user group id such as S0123456789");
const BotId = z.string().regex(/^[BA][A-Z0-9]{2,}$/, "give the id of a bot (B…) or of its app (A…)");

const ChannelFile = z.strictObject({
  id: ChannelId,
  /** `shadow`: alerts are analysed, and the answer appears in the sandbox channel only. */
  mode: z.enum(["triage", "shadow"]).default("triage"),
  /** `thread`: the alert's thread. `thread-and-channel`: the verdict also shows in the channel. Or a channel id. */
  replyIn: z.union([z.enum(["thread", "thread-and-channel"]), ChannelId]).default("thread"),
});

export const SlackFile = z.strictObject({
  botToken: z.string().optional(),
  appToken: z.string().optional(),
  signingSecret: z.string().optional(),
  channels: z
    .array(z.preprocess((value) => (typeof value === "string" ? { id: value } : value), ChannelFile))
    .optional(),
  sandbox: ChannelId.optional(),
  approvers: z.array(z.union([UserId, GroupId])).optional(),
  alertBots: z.array(BotId).optional(),
  pictures: z.boolean().optional(),
  quiet: z.boolean().optional(),
  apiUrl: WebUrl.optional(),
});

export type SlackChannel = z.infer<typeof ChannelFile>;
/** The settings as given. `causeway serve` and `causeway doctor` report whether they are complete. */
export type SlackConfig = {
  botToken: string | null;
  /** For Socket Mode, which needs no public address. */
  appToken: string | null;
  /** For events over HTTP. If both are set, Socket Mode is used. */
  signingSecret: string | null;
  /** Channels whose alerts are analysed without a mention; elsewhere Causeway answers only when mentioned. */
  channels: readonly SlackChannel[];
  /** The channel that shows analyses of channels in shadow mode. */
  sandbox: string | null;
  /** Users and user groups that may approve and reject. If empty, nobody may. */
  approvers: readonly string[];
  /** Bots whose messages are alerts; if empty, any bot in those channels. */
  alertBots: readonly string[];
  /** Post pictures, which needs the scope `files:write`. */
  pictures: boolean;
  /** An inconclusive result of an alert stands in its thread only: not in the channel, and without a picture. */
  quiet: boolean;
  apiUrl: string;
};

const SLACK_API = "https://slack.com/api/";
const List = (of: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
    .pipe(z.array(of));

/** @returns null when Slack is not configured. @throws {IncidentError} CONFIG naming a wrong setting. */
export function readSlack(env: Env, file: z.infer<typeof SlackFile> | undefined): SlackConfig | null {
  const slack: SlackConfig = {
    botToken: secret(env, "SLACK_BOT_TOKEN") ?? file?.botToken ?? null,
    appToken: secret(env, "SLACK_APP_TOKEN") ?? file?.appToken ?? null,
    signingSecret: secret(env, "SLACK_SIGNING_SECRET") ?? file?.signingSecret ?? null,
    channels:
      fromEnv(env, "SLACK_ALERT_CHANNELS", List(ChannelId))?.map((id) => ChannelFile.parse({ id })) ??
      file?.channels ??
      [],
    sandbox: file?.sandbox ?? null,
    approvers: fromEnv(env, "SLACK_APPROVERS", List(z.union([UserId, GroupId]))) ?? file?.approvers ?? [],
    alertBots: file?.alertBots ?? [],
    pictures: file?.pictures ?? true,
    quiet: fromEnv(env, "SLACK_QUIET", z.stringbool()) ?? file?.quiet ?? true,
    apiUrl: fromEnv(env, "SLACK_API_URL", WebUrl) ?? file?.apiUrl ?? SLACK_API,
  };
  const isConfigured =
    file !== undefined || slack.botToken !== null || slack.appToken !== null || slack.signingSecret !== null;
  return isConfigured ? slack : null;
}

export const maskSlack = (slack: SlackConfig): SlackConfig => ({
  ...slack,
  botToken: maskedSecret(slack.botToken),
  appToken: maskedSecret(slack.appToken),
  signingSecret: maskedSecret(slack.signingSecret),
  apiUrl: maskedUrl(slack.apiUrl),
});
