import { App, type Context, type Receiver, SocketModeReceiver, type ViewSubmitAction } from "@slack/bolt";
import type { SlackConfig } from "../config.ts";
import type { AlertDelivery } from "../domain/alert-event.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { ChatThreadStore } from "../domain/chat-thread.ts";
import type { SlackContext, DrawPicture, SlackService, Turn } from "./slack-context.ts";
import { alertSource, onMessage } from "./handlers/on-alert.ts";
import { onQuestion } from "./handlers/on-question.ts";
import { onPress } from "./handlers/on-press.ts";
import { awaiting, onSubmit } from "./handlers/on-submit.ts";
import { closeEndedIncidents } from "./outcome.ts";
import { escaped } from "../render/slack/escape.ts";
import { httpReceiver } from "./http-receiver.ts";
import { type Inbox, openInbox } from "./inbox.ts";
import { openOutbox, type Pace } from "./outbox.ts";
import { readySlack, type Transport, whoAmI } from "./scopes.ts";
import { clientOptions, slackError, respondTo, silent, slackWeb } from "./web.ts";

export type SlackOptions = {
  config: SlackConfig;
  service: SlackService;
  threads: ChatThreadStore;
  readAlert: (message: unknown) => AlertDelivery | null;
  draw: DrawPicture | null;
  /** Sends requests to Slack. */
  fetch: typeof globalThis.fetch;
  log: Log;
  now: () => number;
  /** Milliseconds until another process takes over the events of a silent one. */
  leaseMs?: number | undefined;
  pace?: Pace | undefined;
  /** Replies to a command at the URL that came with it. */
  respond?: SlackContext["respond"] | undefined;
};

/** Milliseconds between checks for incidents that ended outside Slack. */
const SWEEP_MS = 60_000;

/** `fetch`: handles Slack's requests, to be served at `/slack/events`; null with Socket Mode. */
export type SlackSurface = { fetch: ((request: Request) => Promise<Response>) | null; stop(): Promise<void> };

/**
 * Listens to Slack over Socket Mode or HTTP, and answers there.
 *
 * @throws {IncidentError} CONFIG when a token, a scope or a setting is missing or wrong; UNAVAILABLE when Slack is
 *   unreachable.
 */
export async function startSlack({
  config,
  service,
  threads,
  readAlert,
  draw,
  log,
  now,
  leaseMs,
  pace,
  fetch: send,
  respond = (url, text) => respondTo(url, text, send),
}: SlackOptions): Promise<SlackSurface> {
  const { botToken, transport } = readySlack(config);
  const web = slackWeb({ botToken, apiUrl: config.apiUrl, fetch: send });
  const { me, missing } = await whoAmI(web, config);
  const vital = missing.filter(({ scope }) => scope !== "files:write");
  if (vital.length > 0) throw missingScopes(vital.map(({ scope }) => scope));
  if (missing.length > vital.length)
    log.warn({}, "Causeway posts no pictures: the Slack app lacks the scope files:write");

  const stopping = new AbortController();
  const outbox = openOutbox(web, { log, signal: stopping.signal, pace });
  const context: SlackContext = {
    service,
    threads,
    web,
    outbox,
    respond,
    config,
    me,
    readAlert,
    draw: config.pictures && missing.length === vital.length ? draw : null,
    log,
    now,
    signal: stopping.signal,
  };
  const inbox = openInbox({ threads, concerns: (body) => concerns(context, body), log, now, leaseMs });
  const { receiver, fetch } = receiverFor(transport, clientOptions(config.apiUrl, send), { log, now });
  const app = new App({
    token: botToken,
    botId: me.botId,
    botUserId: me.userId,
    receiver: inbox.behind(receiver),
    clientOptions: clientOptions(config.apiUrl, send),
    logger: silent,
    convoStore: false,
  });
  listen(app, context);
  await app.start().catch((error: unknown) => {
    throw slackError("apps.connections.open", error);
  });
  await inbox.begin();
  const sweep = (): void =>
    void closeEndedIncidents(context).catch((error: unknown) =>
      log.warn({}, `could not check for ended incidents: ${String(error)}`),
    );
  sweep();
  const sweeping = setInterval(sweep, SWEEP_MS);
  return {
    fetch,
    stop: () => {
      clearInterval(sweeping);
      return stop(app, inbox, stopping);
    },
  };
}

async function stop(app: App, inbox: Inbox, stopping: AbortController): Promise<void> {
  await app.stop();
  stopping.abort();
  await inbox.stop();
}

const missingScopes = (scopes: readonly string[]): IncidentError =>
  new IncidentError("CONFIG", `the Slack app lacks the scope${scopes.length === 1 ? "" : "s"} ${scopes.join(", ")}`, {
    hint: "Add them under OAuth & Permissions (or paste `causeway slack manifest` again), then reinstall the app.",
  });

function receiverFor(
  transport: Transport,
  client: ReturnType<typeof clientOptions>,
  tools: { log: Log; now: () => number },
): { receiver: Receiver; fetch: SlackSurface["fetch"] } {
  if (transport.kind === "http") {
    const receiver = httpReceiver({ signingSecret: transport.signingSecret, ...tools });
    return { receiver, fetch: receiver.fetch };
  }
  const { appToken } = transport;
  const { retryConfig: _once, ...options } = client; // Socket Mode retries its connection itself
  return {
    receiver: new SocketModeReceiver({
      appToken,
      logger: silent,
      installerOptions: { clientOptions: { ...options, rejectRateLimitedCalls: false } },
    }),
    fetch: null,
  };
}

/** Slack sends every message of every channel that Causeway is in. Causeway keeps alerts only, and no conversations. */
const concerns = (context: SlackContext, { event }: Record<string, unknown>): boolean =>
  event === undefined || isMention(event) || alertSource(context, event) !== null;
const isMention = (event: unknown): boolean =>
  typeof event === "object" && event !== null && "type" in event && event.type === "app_mention";

/** People can type a command where Causeway may not post. The reply goes to them alone. */
async function replyWithError(
  { respond }: Pick<SlackContext, "respond">,
  responseUrl: string,
  error: unknown,
): Promise<void> {
  if (!(error instanceof IncidentError) || error.code !== "REJECTED") throw error;
  await respond(responseUrl, escaped(`${error.message}. ${error.hint}`));
}

/** An event that is handled again may have been done in part. */
const turnOf = (bolt: Context): Turn => ({ isRepeat: Number(bolt.attempts) > 1 });

/** Registers the handlers. Causeway ignores reactions, link previews and files. */
function listen(app: App, context: SlackContext): void {
  app.event("message", ({ event, context: bolt }) => onMessage(context, event, turnOf(bolt)));
  app.event("app_mention", async ({ event, body, context: bolt }) => {
    // an alert that quotes a mention is not a question
    if (event.user === undefined || event.bot_id !== undefined) return;
    await onQuestion(
      context,
      {
        text: event.text,
        userId: event.user,
        channel: event.channel,
        threadTs: event.thread_ts ?? event.ts,
        key: body.event_id,
      },
      turnOf(bolt),
    );
  });
  app.command("/incident", async ({ command, ack, context: bolt }) => {
    await ack(
      command.text.trim() === ""
        ? "Give an incident id or some words of its title: /incident <id>"
        : `Analyzing ${escaped(command.text, 200)} …`,
    );
    if (command.text.trim() === "") return;
    const question = {
      text: command.text,
      userId: command.user_id,
      channel: command.channel_id,
      threadTs: null,
      key: command.trigger_id,
    };
    await onQuestion(context, question, turnOf(bolt)).catch((error: unknown) =>
      replyWithError(context, command.response_url, error),
    );
  });
  app.action(/^causeway\./, async ({ ack, body, context: bolt }) => {
    await ack();
    await onPress(context, body, turnOf(bolt));
  });
  app.view<ViewSubmitAction>(/^causeway\.modal\./, async ({ ack, body, context: bolt }) => {
    const view = awaiting(body);
    await (view === null ? ack() : ack({ response_action: "update", view }));
    await onSubmit(context, body, turnOf(bolt));
  });
  app.error(async (error) => {
    throw error; // the inbox decides on a retry
  });
}
