import { APP_ID, BOT_USER, type Json, type StoredMessage, type StoredView, TEAM } from "./state.ts";
import type { FakeSlack } from "./server.ts";
import { deliverWithRetries, eventBody, type Taken, type Transport } from "./transports.ts";

type Element = {
  action_id?: string;
  value?: string;
  type?: string;
  text?: { text: string };
  options?: { value: string; text: { text: string } }[];
};
type Shown = { block_id?: string; type?: string; elements?: Element[] };

const buttonsOf = (blocks: readonly Json[]): { block: Shown; element: Element }[] =>
  (blocks as readonly Shown[])
    .filter(({ type }) => type === "actions")
    .flatMap((block) => (block.elements ?? []).map((element) => ({ block, element })));

/** People and alerting bots of a workspace. Their actions are stored and sent over the transport. */
export function people({ space }: FakeSlack, transport: Transport) {
  const userOf = (id: string): Json => ({ id, username: id.toLowerCase(), name: id.toLowerCase(), team_id: TEAM });
  const trigger = (user: string): string => {
    const id = `${space.id("t")}.${user}.x`;
    space.triggers.set(id, Date.now());
    return id;
  };
  const store = (message: Partial<StoredMessage> & Pick<StoredMessage, "channel">): StoredMessage => {
    const kept: StoredMessage = {
      ts: space.nextTs(),
      threadTs: null,
      text: "",
      blocks: [],
      attachments: [],
      user: null,
      botId: null,
      edits: 0,
      metadata: null,
      ...message,
    };
    space.messages.push(kept);
    return kept;
  };
  const messageEvent = ({ channel, ts, threadTs, text, attachments, blocks, user, botId }: StoredMessage): Json => ({
    type: "message",
    channel,
    channel_type: "channel",
    ts,
    event_ts: ts,
    text,
    ...(threadTs === null ? {} : { thread_ts: threadTs }),
    ...(user === null ? {} : { user }),
    ...(botId === null ? {} : { bot_id: botId, subtype: "bot_message", app_id: "A0ALERTS" }),
    ...(attachments.length === 0 ? {} : { attachments: [...attachments] }),
    ...(blocks.length === 0 ? {} : { blocks: [...blocks] }),
  });
  const interaction = (user: string, extra: Json): Json => ({
    user: userOf(user),
    api_app_id: APP_ID,
    token: "verification",
    trigger_id: trigger(user),
    team: { id: TEAM, domain: "shop" },
    enterprise: null,
    is_enterprise_install: false,
    ...extra,
  });
  const viewOf = ({ id, hash, view }: StoredView): Json => ({
    ...view,
    id,
    hash,
    team_id: TEAM,
    app_id: APP_ID,
    bot_id: "B0CAUSEWAY",
  });
  const pressed = (block: Shown, element: Element, option?: string): Json => ({
    action_id: element.action_id,
    block_id: block.block_id ?? "b",
    type: element.type,
    action_ts: space.nextTs(),
    text: element.text ?? null,
    ...(element.type === "static_select"
      ? { selected_option: element.options?.find(({ value }) => value === option) ?? null }
      : { value: element.value }),
  });

  return {
    deliver: transport.deliver,
    /** A tool's message in a channel. */
    async alert(
      channel: string,
      message: { text?: string; attachments?: Json[]; blocks?: Json[] },
    ): Promise<{ message: StoredMessage; body: Json; taken: Taken }> {
      const kept = store({
        channel,
        botId: "B0ALERTS",
        text: message.text ?? "",
        attachments: message.attachments ?? [],
        blocks: message.blocks ?? [],
      });
      const body = eventBody(messageEvent(kept));
      return { message: kept, body, taken: await deliverWithRetries(transport, body) };
    },
    /** A tool edits its own message, as some do when an alert is resolved. */
    async edit(message: StoredMessage, change: { text?: string; attachments?: Json[] }): Promise<Taken> {
      const before = messageEvent(message);
      Object.assign(message, change);
      return deliverWithRetries(
        transport,
        eventBody({
          type: "message",
          subtype: "message_changed",
          channel: message.channel,
          channel_type: "channel",
          ts: space.nextTs(),
          event_ts: space.nextTs(),
          message: messageEvent(message),
          previous_message: before,
        }),
      );
    },
    /** A person writes; a mention of the bot is told as `app_mention` too, as Slack does. */
    async say(
      user: string,
      channel: string,
      text: string,
      { threadTs = null, attachments = [] }: { threadTs?: string | null; attachments?: Json[] } = {},
    ): Promise<{ message: StoredMessage; body: Json }> {
      const kept = store({ channel, user, text, threadTs, attachments });
      const event = messageEvent(kept);
      await deliverWithRetries(transport, eventBody(event));
      const body = eventBody({ ...event, type: "app_mention" });
      if (text.includes(`<@${BOT_USER}>`)) await deliverWithRetries(transport, body);
      return { message: kept, body };
    },
    event: (event: Json): Promise<Taken> => deliverWithRetries(transport, eventBody(event)),
    command: (user: string, channel: string, text: string): Promise<Taken> =>
      transport.deliver("command", {
        token: "verification",
        team_id: TEAM,
        team_domain: "shop",
        channel_id: channel,
        channel_name: "x",
        user_id: user,
        user_name: user.toLowerCase(),
        command: "/incident",
        text,
        api_app_id: APP_ID,
        response_url: "https://hooks.slack.com/commands/T/1/x",
        trigger_id: trigger(user),
      }),
    /** The interaction that a press makes; delivered by `press`. */
    pressBody(
      user: string,
      message: StoredMessage,
      actionId: string,
      { option, at = 0 }: { option?: string; at?: number } = {},
    ): Json {
      const found = buttonsOf(message.blocks).filter(({ element }) => element.action_id === actionId)[at];
      if (!found)
        throw new Error(
          `nothing to press: ${actionId} is not among ${buttonsOf(message.blocks)
            .map(({ element }) => element.action_id)
            .join(", ")}`,
        );
      return interaction(user, {
        type: "block_actions",
        container: {
          type: "message",
          message_ts: message.ts,
          channel_id: message.channel,
          is_ephemeral: false,
          thread_ts: message.threadTs ?? message.ts,
        },
        channel: { id: message.channel, name: "x" },
        message: {
          type: "message",
          ts: message.ts,
          thread_ts: message.threadTs ?? message.ts,
          text: message.text,
          bot_id: "B0CAUSEWAY",
        },
        state: { values: {} },
        response_url: "https://hooks.slack.com/actions/T/1/x",
        actions: [pressed(found.block, found.element, option)],
      });
    },
    press(
      user: string,
      message: StoredMessage,
      actionId: string,
      how: { option?: string; at?: number } = {},
    ): Promise<Taken> {
      return transport.deliver("interaction", this.pressBody(user, message, actionId, how));
    },
    /** Presses a button in a modal that is open. */
    pressInView(user: string, view: StoredView, actionId: string): Promise<Taken> {
      const found = buttonsOf(view.view.blocks as Json[]).find(({ element }) => element.action_id === actionId);
      if (!found) throw new Error(`the modal has no ${actionId}`);
      return transport.deliver(
        "interaction",
        interaction(user, {
          type: "block_actions",
          container: { type: "view", view_id: view.id },
          view: viewOf(view),
          actions: [pressed(found.block, found.element)],
        }),
      );
    },
    submitBody: (user: string, view: StoredView, values: Json = {}): Json =>
      interaction(user, { type: "view_submission", view: { ...viewOf(view), state: { values } }, response_urls: [] }),
    /** Submits a modal; Slack does what the acknowledgement says. */
    async submit(user: string, view: StoredView, values: Json = {}): Promise<Taken> {
      const taken = await transport.deliver("interaction", this.submitBody(user, view, values));
      const action = taken.answer?.response_action;
      if (action === "update") Object.assign(view, { view: taken.answer?.view });
      else if (taken.ok && action === undefined) space.views.delete(view.id);
      return taken;
    },
    lastView: (): StoredView => {
      const last = [...space.views.values()].at(-1);
      if (!last) throw new Error("no modal was opened");
      return last;
    },
    inThread: (message: StoredMessage): StoredMessage[] =>
      space.messages.filter(({ channel, threadTs }) => channel === message.channel && threadTs === message.ts),
  };
}
export type People = ReturnType<typeof people>;
