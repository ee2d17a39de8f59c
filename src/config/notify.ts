import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import type { Env } from "./env.ts";
import { automaticNames, COMMON, readTickets, TICKET_ENTRIES, type TicketConfig } from "./notify-tickets.ts";
import { WebUrl } from "./web-url.ts";

const CHAT = {
  ...COMMON,
  /** The address of the incoming webhook. Whoever has it can post there. */
  url: WebUrl,
  headers: z.record(z.string().regex(/^[\w-]+$/, "the name of a header"), z.string()).optional(),
  /** Signs what a `webhook` gets. */
  secret: z.string().min(16, "a secret has at least 16 characters").optional(),
};
const Entry = z.discriminatedUnion("kind", [
  z.strictObject({ ...CHAT, kind: z.enum(["webhook", "teams", "mattermost", "discord"]) }),
  ...TICKET_ENTRIES,
]);
export const NotifyFile = z.array(Entry);
type ChatEntry = Extract<z.infer<typeof Entry>, { kind: ChatConfig["kind"] }>;

/** A chat or a webhook. `url`, `secret` and `headers` are secrets. */
export type ChatConfig = {
  name: string;
  kind: "webhook" | "teams" | "mattermost" | "discord";
  url: string;
  secret: string | null;
  headers: Readonly<Record<string, string>>;
  automatic: boolean;
  timeoutMs: number;
};

/** Where `causeway send` posts reports. `automatic`: `serve` and `worker` do it when an analysis ends. */
export type NotifyConfig = ChatConfig | TicketConfig;

const TIMEOUT_MS = 60_000;

export const isTicketPlace = (place: NotifyConfig): place is TicketConfig => "token" in place;

/** @throws {IncidentError} CONFIG */
export function readNotify(env: Env, file: z.infer<typeof NotifyFile> = []): readonly NotifyConfig[] {
  const chats = file.flatMap((entry, at) => (!isChat(entry) ? [] : [chatOf(entry, at)]));
  const tickets = readTickets(
    env,
    file.flatMap((entry) => (isChat(entry) ? [] : [entry])),
    TIMEOUT_MS,
  );
  const all: NotifyConfig[] = [...chats, ...tickets];
  const names = all.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new IncidentError("CONFIG", `notify has two entries named ${twice}`, { hint: "Give each its own name." });
  const automatic = automaticNames(env);
  if (automatic === undefined) return all;
  const unknown = automatic.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new IncidentError("CONFIG", `CAUSEWAY_NOTIFY_AUTOMATIC names ${unknown.slice(0, 80)}, which notify lacks`, {
      hint:
        names.length === 0 ? "Set `notify` in config.yaml (docs/notifications.md)." : `There are ${names.join(", ")}.`,
    });
  return all.map((place) => ({ ...place, automatic: automatic.includes(place.name) }));
}

const CHAT_KINDS: readonly string[] = ["webhook", "teams", "mattermost", "discord"];
const isChat = (entry: z.infer<typeof Entry>): entry is ChatEntry => CHAT_KINDS.includes(entry.kind);

function chatOf(
  { secret: given, headers = {}, automatic = false, timeoutMs = TIMEOUT_MS, ...rest }: ChatEntry,
  at: number,
): ChatConfig {
  const secret = given ?? null;
  if (rest.kind === "webhook" && secret === null)
    throw new IncidentError("CONFIG", `notify[${at}] (${rest.name}) has no secret`, {
      hint: "A webhook is signed: set `secret`, and check the signature at the receiver.",
    });
  return { ...rest, secret, headers, automatic, timeoutMs };
}

export const maskNotify = (all: readonly NotifyConfig[]): readonly NotifyConfig[] =>
  all.map((place) => {
    if (isTicketPlace(place)) return { ...place, token: "***" };
    const { url, secret, headers } = place;
    return {
      ...place,
      url: `${new URL(url).origin}/***`,
      secret: secret === null ? null : "***",
      headers: Object.fromEntries(Object.keys(headers).map((name) => [name, "***"])),
    };
  });
