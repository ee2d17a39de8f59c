import { App, type Context, type Receiver, SocketModeReceiver, type ViewSubmitAction } from "@slack/bolt";
import type { SlackConfig } from "../config.ts";
import type { AlertDelivery } from "../domain/alert-event.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { ChatThreadStore } from "../domain/chat-thread.ts";
import type { Desk, DrawPicture, SlackService, Turn } from "./desk.ts";
import { alertSource, onMessage } from "./handlers/on-alert.ts";
import { onAsked } from "./handlers/on-asked.ts";
import { onPress } from "./handlers/on-press.ts";
import { awaiting, onSubmit } from "./handlers/on-submit.ts";
import { closeWhatIsOver } from "./outcome.ts";
import { escaped } from "../render/slack/escape.ts";
import { httpReceiver } from "./http-receiver.ts";
import { type Inbox, openInbox } from "./inbox.ts";
import { openOutbox, type Pace } from "./outbox.ts";
import { readySlack, type Transport, whoAmI } from "./scopes.ts";
import { clientOptions, explained, respondTo, silent, slackWeb } from "./web.ts";

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
  /** How long a process may stand still before another takes over what it holds, milliseconds. */
  leaseMs?: number | undefined;
  pace?: Pace | undefined;
  /** Answers a command at the address that came with it. */
  respond?: Desk["respond"] | undefined;
};

/** How often it is looked whether incidents ended without Slack being told, milliseconds. */
const LOOK_MS = 60_000;

/** `fetch`: takes Slack's requests, to be served at `/slack/events`; null with Socket Mode. */
export type SlackSurface = { fetch: ((request: Request) => Promise<Response>) | null; stop(): Promise<void> };

/**
 * Listens to Slack, over whichever way is configured, and answers there.
 *
 * @throws {IncidentError} CONFIG when a token, a scope or a setting is missing or wrong; UNAVAILABLE when Slack cannot be reached.
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
  if (vital.length > 0) throw lacking(vital.map(({ scope }) => scope));
  if (missing.length > vital.length) log.warn({}, "no pictures are posted: the app lacks the scope files:write");

  const stopping = new AbortController();
  const outbox = openOutbox(web, { log, signal: stopping.signal, pace });
  const desk: Desk = {
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
  const inbox = openInbox({ threads, concerns: (body) => concerns(desk, body), log, now, leaseMs });
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
  listen(app, desk);
  await app.start().catch((error: unknown) => {
    throw explained("apps.connections.open", error);
  });
  await inbox.begin();
  const look = (): void =>
    void closeWhatIsOver(desk).catch((error: unknown) =>
      log.warn({}, `whether incidents are over could not be asked: ${String(error)}`),
    );
  look();
  const looking = setInterval(look, LOOK_MS);
  return {
    fetch,
    stop: () => {
      clearInterval(looking);
      return stop(app, inbox, stopping);
    },
  };
}

async function stop(app: App, inbox: Inbox, stopping: AbortController): Promise<void> {
  await app.stop();
  stopping.abort();
  await inbox.stop();
}

const lacking = (scopes: readonly string[]): IncidentError =>
  new IncidentError("CONFIG", `the Slack app lacks the scope${scopes.length === 1 ? "" : "s"} ${scopes.join(", ")}`, {
    hint: "Add what lacks under OAuth & Permissions (or paste `causeway slack manifest` anew), and install the app again.",
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
  const { retryConfig: _once, ...options } = client; // a connection is asked for until it is given
  return {
    receiver: new SocketModeReceiver({
      appToken,
      logger: silent,
      installerOptions: { clientOptions: { ...options, rejectRateLimitedCalls: false } },
    }),
    fetch: null,
  };
}

/** Slack tells of every message in every channel that the program is in: of those only alerts are kept, and nothing that people say to one another. */
const concerns = (desk: Desk, { event }: Record<string, unknown>): boolean =>
  event === undefined || isMention(event) || alertSource(desk, event) !== null;
const isMention = (event: unknown): boolean =>
  typeof event === "object" && event !== null && "type" in event && event.type === "app_mention";

/** A command can be typed where the program may not post: whoever did is told what to do. */
async function tellWhy({ respond }: Pick<Desk, "respond">, responseUrl: string, error: unknown): Promise<void> {
  if (!(error instanceof IncidentError) || error.code !== "REJECTED") throw error;
  await respond(responseUrl, escaped(`${error.message}. ${error.hint}`));
}

/** A thing that was taken up again may have been done in part. */
const turnOf = (context: Context): Turn => ({ isRepeat: Number(context.attempts) > 1 });

/** What is listened to. Reactions, previews of links and files are not among it: nothing follows from them. */
function listen(app: App, desk: Desk): void {
  app.event("message", ({ event, context }) => onMessage(desk, event, turnOf(context)));
  app.event("app_mention", async ({ event, body, context }) => {
    if (event.user === undefined || event.bot_id !== undefined) return; // an alert may quote a mention: nobody asked
    await onAsked(
      desk,
      {
        text: event.text,
        userId: event.user,
        channel: event.channel,
        threadTs: event.thread_ts ?? event.ts,
        key: body.event_id,
      },
      turnOf(context),
    );
  });
  app.command("/incident", async ({ command, ack, context }) => {
    await ack(
      command.text.trim() === ""
        ? "Give the id of an incident, or a few words of it: /incident <id>"
        : `Looking into ${escaped(command.text, 200)} …`,
    );
    if (command.text.trim() === "") return;
    const question = {
      text: command.text,
      userId: command.user_id,
      channel: command.channel_id,
      threadTs: null,
      key: command.trigger_id,
    };
    await onAsked(desk, question, turnOf(context)).catch((error: unknown) =>
      tellWhy(desk, command.response_url, error),
    );
  });
  app.action(/^causeway\./, async ({ ack, body, context }) => {
    await ack();
    await onPress(desk, body, turnOf(context));
  });
  app.view<ViewSubmitAction>(/^causeway\.modal\./, async ({ ack, body, context }) => {
    const view = awaiting(body);
    await (view === null ? ack() : ack({ response_action: "update", view }));
    await onSubmit(desk, body, turnOf(context));
  });
  app.error(async (error) => {
    throw error; // the inbox decides whether it is tried again
  });
}
