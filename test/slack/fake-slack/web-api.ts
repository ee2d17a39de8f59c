import { z } from "zod";
import { problemsOf, SlackMessage, SlackView } from "./validate-blocks.ts";
import { APP_ID, BOT_ID, BOT_USER, type Json, TEAM, type Workspace } from "./state.ts";
import { HANG_MS } from "../../hang.ts";

/** The methods of Slack's Web API that this program uses, with the errors that they are known to answer with. */
export type Answer =
  | { ok: true; [key: string]: unknown }
  | { ok: false; error: string; response_metadata?: { messages: string[] }; needed?: string; provided?: string };
export type Method = { scope: string | null; run: (args: Json) => Answer };

const no = (error: string, messages: string[] = []): Answer => ({
  ok: false,
  error,
  ...(messages.length === 0 ? {} : { response_metadata: { messages } }),
});
const TRIGGER_MS = HANG_MS; // three seconds at Slack, which a busy machine may need
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const parsed = (value: unknown): unknown => (typeof value === "string" ? (JSON.parse(value) as unknown) : value);
const Objects = z.array(z.record(z.string(), z.json()));

export function methodsOf(
  space: Workspace,
  socketUrl: () => string,
  uploadUrl: (fileId: string) => string,
): Record<string, Method> {
  const find = (channel: unknown, ts: unknown) =>
    space.messages.find((message) => message.channel === channel && message.ts === ts);
  const here = (channel: unknown): Answer | null => {
    const found = space.channels.get(text(channel));
    if (found === undefined) return no("channel_not_found");
    return found.member ? null : no("not_in_channel");
  };
  const checked = (args: Json): Answer | { blocks: Json[]; text: string } => {
    const blocks = args.blocks === undefined ? [] : parsed(args.blocks);
    if (text(args.text) === "" && args.blocks === undefined) return no("no_text");
    if (text(args.text).length > 40_000) return no("msg_too_long");
    if (space.refusesBlocks && Array.isArray(blocks) && blocks.length > 0)
      return no("invalid_blocks", ["[ERROR] unsupported type: rich_text"]);
    const problems = problemsOf(SlackMessage, { text: args.text, blocks });
    return problems.length > 0
      ? no("invalid_blocks", problems)
      : { blocks: Objects.parse(blocks), text: text(args.text) };
  };
  const shown = (id: string, hash: string, view: Json): Answer => ({
    ok: true,
    view: { ...view, id, hash, team_id: TEAM, bot_id: BOT_ID, app_id: APP_ID, state: { values: {} } },
  });
  const open = (args: Json): Answer => {
    const trigger = text(args.trigger_id);
    const givenMs = space.triggers.get(trigger);
    space.triggers.delete(trigger);
    if (givenMs === undefined) return no("invalid_arguments", ["[ERROR] trigger_id was never given, or used before"]);
    if (Date.now() - givenMs > TRIGGER_MS) return no("expired_trigger_id");
    const view = parsed(args.view) as Json;
    const problems = problemsOf(SlackView, view);
    if (problems.length > 0) return no("invalid_arguments", problems);
    const [id, hash] = [space.id("V"), space.id("h")];
    space.views.set(id, { id, hash, user: trigger.split(".")[1] ?? "", view });
    return shown(id, hash, view);
  };
  return {
    "auth.test": {
      scope: null,
      run: () => ({
        ok: true,
        url: "https://shop.slack.com/",
        team: "Shop",
        team_id: TEAM,
        user: "causeway",
        user_id: BOT_USER,
        bot_id: BOT_ID,
        is_enterprise_install: false,
      }),
    },
    "apps.connections.open": { scope: null, run: () => ({ ok: true, url: socketUrl() }) },
    "chat.postMessage": {
      scope: "chat:write",
      run: (args) => {
        const refused = here(args.channel);
        if (refused) return refused;
        const message = checked(args);
        if ("ok" in message) return message;
        const threadTs = args.thread_ts === undefined ? null : text(args.thread_ts);
        if (threadTs !== null && !find(args.channel, threadTs)) return no("thread_not_found");
        const ts = space.nextTs();
        space.messages.push({
          channel: text(args.channel),
          ts,
          threadTs,
          ...message,
          attachments: [],
          user: BOT_USER,
          botId: BOT_ID,
          edits: 0,
          metadata: args.metadata === undefined ? null : (parsed(args.metadata) as Json),
        });
        return {
          ok: true,
          channel: args.channel,
          ts,
          message: { type: "message", text: message.text, ts, bot_id: BOT_ID },
        };
      },
    },
    "chat.postEphemeral": {
      scope: "chat:write",
      run: (args) => {
        const refused = here(args.channel);
        if (refused) return refused;
        const message = checked(args);
        if ("ok" in message) return message;
        space.ephemerals.push({
          channel: text(args.channel),
          user: text(args.user),
          text: message.text,
          threadTs: args.thread_ts === undefined ? null : text(args.thread_ts),
        });
        return { ok: true, message_ts: space.nextTs() };
      },
    },
    "chat.update": {
      scope: "chat:write",
      run: (args) => {
        const found = find(args.channel, args.ts);
        if (!found) return no("message_not_found");
        if (found.botId !== BOT_ID) return no("cant_update_message");
        const message = checked(args);
        if ("ok" in message) return message;
        Object.assign(
          found,
          message,
          { edits: found.edits + 1 },
          args.metadata === undefined ? {} : { metadata: parsed(args.metadata) },
        );
        return { ok: true, channel: args.channel, ts: args.ts, text: message.text };
      },
    },
    "chat.getPermalink": {
      scope: null,
      run: ({ channel, message_ts: ts }) =>
        find(channel, ts)
          ? { ok: true, permalink: `https://shop.slack.com/archives/${text(channel)}/p${text(ts).replace(".", "")}` }
          : no("message_not_found"),
    },
    "conversations.replies": {
      scope: "channels:history",
      run: ({ channel, ts }) => {
        const refused = here(channel);
        if (refused) return refused;
        const thread = space.messages.filter(
          (message) => message.channel === channel && (message.ts === ts || message.threadTs === ts),
        );
        return {
          ok: true,
          messages: thread.map((message) => ({
            type: "message",
            ts: message.ts,
            thread_ts: message.threadTs ?? message.ts,
            text: message.text,
            bot_id: message.botId ?? undefined,
            metadata: message.metadata ?? undefined,
          })),
          has_more: false,
        };
      },
    },
    "conversations.history": {
      scope: "channels:history",
      run: ({ channel }) =>
        here(channel) ?? {
          ok: true,
          messages: space.messages
            .filter((message) => message.channel === channel && message.threadTs === null)
            .map(({ ts, text: posted, metadata, botId }) => ({
              ts,
              text: posted,
              bot_id: botId ?? undefined,
              metadata: metadata ?? undefined,
            }))
            .toReversed(),
          has_more: false,
        },
    },
    "conversations.info": {
      scope: "channels:read",
      run: ({ channel }) =>
        space.channels.has(text(channel))
          ? { ok: true, channel: { id: channel, is_member: space.channels.get(text(channel))?.member } }
          : no("channel_not_found"),
    },
    "users.info": {
      scope: "users:read",
      run: ({ user }) =>
        space.users.has(text(user))
          ? {
              ok: true,
              user: {
                id: user,
                name: text(user).toLowerCase(),
                real_name: space.users.get(text(user))?.name,
                deleted: false,
                is_bot: space.users.get(text(user))?.isBot,
              },
            }
          : no("user_not_found"),
    },
    "usergroups.users.list": {
      scope: "usergroups:read",
      run: ({ usergroup }) =>
        space.groups.has(text(usergroup))
          ? { ok: true, users: space.groups.get(text(usergroup)) }
          : no("no_such_subteam"),
    },
    "views.open": { scope: null, run: open },
    "views.push": { scope: null, run: open },
    "views.update": {
      scope: null,
      run: (args) => {
        const found = space.views.get(text(args.view_id));
        if (!found) return no("not_found");
        if (args.hash !== undefined && args.hash !== found.hash) return no("hash_conflict");
        const view = parsed(args.view) as Json;
        const problems = problemsOf(SlackView, view);
        if (problems.length > 0) return no("invalid_arguments", problems);
        Object.assign(found, { view, hash: space.id("h") });
        return shown(found.id, found.hash, view);
      },
    },
    "reactions.add": {
      scope: "reactions:write",
      run: ({ channel, timestamp, name }) => {
        if (!find(channel, timestamp)) return no("message_not_found");
        if (space.reactions.some((one) => one.channel === channel && one.ts === timestamp && one.name === name))
          return no("already_reacted");
        space.reactions.push({ channel: text(channel), ts: text(timestamp), name: text(name) });
        return { ok: true };
      },
    },
    "files.getUploadURLExternal": {
      scope: "files:write",
      run: ({ filename }) => {
        const id = space.id("F");
        space.files.set(id, {
          id,
          name: text(filename),
          bytes: Buffer.alloc(0),
          channel: null,
          threadTs: null,
          title: null,
        });
        return { ok: true, upload_url: uploadUrl(id), file_id: id };
      },
    },
    "files.completeUploadExternal": {
      scope: "files:write",
      run: (args) => {
        const refused = args.channel_id === undefined ? null : here(args.channel_id);
        if (refused) return refused;
        const files = parsed(args.files) as { id: string; title?: string }[];
        for (const { id, title } of files) {
          const file = space.files.get(id);
          if (!file || file.bytes.length === 0) return no("file_not_found");
          Object.assign(file, {
            channel: args.channel_id ?? null,
            threadTs: args.thread_ts ?? null,
            title: title ?? null,
          });
        }
        return { ok: true, files: files.map(({ id, title }) => ({ id, title })) };
      },
    },
  };
}
