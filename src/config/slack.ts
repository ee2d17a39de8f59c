import { z } from "zod";
import { type Env, fromEnv, maskedSecret, maskedUrl, secret } from "./env.ts";

const ChannelId = z
  .string()
  .regex(
    /^[CG][A-Z0-9]{2,}$/,
    "a channel is named by its id, such as C0123456789: see the end of its details in Slack",
  );
const UserId = z.string().regex(/^[UW][A-Z0-9]{2,}$/, "a user is named by their id, such as U0123456789");
const GroupId = z.string().regex(/^S[A-Z0-9]{2,}$/, "a user group is named by its id, such as S0123456789");
const BotId = z.string().regex(/^[BA][A-Z0-9]{2,}$/, "a bot is named by its id (B…) or its app's (A…)");

const ChannelFile = z.strictObject({
  id: ChannelId,
  /** `shadow`: alerts are analysed, and answered in the sandbox channel alone. */
  mode: z.enum(["triage", "shadow"]).default("triage"),
  /** `thread`: that of the alert. `thread-and-channel`: the verdict shows in the channel too. Or another channel. */
  replyIn: z.union([z.enum(["thread", "thread-and-channel"]), ChannelId]).default("thread"),
});

export const SlackFile = z.strictObject({
  botToken: z.string().optional(),
  appToken: z.string().optional(),
  signingSecret: z.string().optional(),
  channels: z.array(z.preprocess((told) => (typeof told === "string" ? { id: told } : told), ChannelFile)).optional(),
  sandbox: ChannelId.optional(),
  approvers: z.array(z.union([UserId, GroupId])).optional(),
  alertBots: z.array(BotId).optional(),
  pictures: z.boolean().optional(),
  apiUrl: z.url().optional(),
});

export type SlackChannel = z.infer<typeof ChannelFile>;
/** As it was told: whether it is enough to begin with, `causeway serve` and `causeway doctor` say. */
export type SlackConfig = {
  botToken: string | null;
  /** Socket Mode: no public address is needed. */
  appToken: string | null;
  /** Events over HTTP. Where both are set, Socket Mode is used. */
  signingSecret: string | null;
  /** Channels whose alerts are analysed unasked; in any other one has to be asked. */
  channels: readonly SlackChannel[];
  /** Where shadows are posted. */
  sandbox: string | null;
  /** Users and user groups who may approve and reject. Nobody else may; nobody at all where it is empty. */
  approvers: readonly string[];
  /** The bots whose messages are alerts; any bot's in those channels where it is empty. */
  alertBots: readonly string[];
  /** Whether pictures are posted, which needs the scope `files:write`. */
  pictures: boolean;
  apiUrl: string;
};

const SLACK_API = "https://slack.com/api/";
const List = (of: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
    .pipe(z.array(of));

/** @returns null where nothing of Slack is configured. @throws {IncidentError} CONFIG naming a setting that cannot be meant. */
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
    apiUrl: fromEnv(env, "SLACK_API_URL", z.url()) ?? file?.apiUrl ?? SLACK_API,
  };
  const isAsked =
    file !== undefined || slack.botToken !== null || slack.appToken !== null || slack.signingSecret !== null;
  return isAsked ? slack : null;
}

export const maskSlack = (slack: SlackConfig): SlackConfig => ({
  ...slack,
  botToken: maskedSecret(slack.botToken),
  appToken: maskedSecret(slack.appToken),
  signingSecret: maskedSecret(slack.signingSecret),
  apiUrl: maskedUrl(slack.apiUrl),
});
