import { randomBytes } from "node:crypto";

/** A message as Slack keeps it. `edits`: times that it was updated. */
export type StoredMessage = {
  channel: string;
  ts: string;
  threadTs: string | null;
  text: string;
  blocks: readonly Json[];
  attachments: readonly Json[];
  user: string | null;
  botId: string | null;
  edits: number;
  metadata: Json | null;
};
export type Json = { [key: string]: JsonValue };
export type JsonValue = string | number | boolean | null | undefined | JsonValue[] | Json;
export type StoredView = { id: string; hash: string; user: string; view: Json };
export type StoredFile = {
  id: string;
  name: string;
  bytes: Buffer;
  channel: string | null;
  threadTs: string | null;
  title: string | null;
};
export type Ephemeral = { channel: string; user: string; text: string; threadTs: string | null };
export type Call = { method: string; args: Json; ok: boolean; error: string | null; status: number };

export const TEAM = "T0SHOP";
export const BOT_USER = "U0CAUSEWAY";
export const BOT_ID = "B0CAUSEWAY";
export const APP_ID = "A0CAUSEWAY";

/** The content of a workspace. */
export function workspace() {
  let clock = 1_795_412_619_000_000; // microseconds: the minute in which the first recorded incident raised its alarm
  return {
    messages: [] as StoredMessage[],
    ephemerals: [] as Ephemeral[],
    views: new Map<string, StoredView>(),
    files: new Map<string, StoredFile>(),
    reactions: [] as { channel: string; ts: string; name: string }[],
    calls: [] as Call[],
    /** As if Slack's rules for blocks had changed. */
    refusesBlocks: false,
    /** Channels with whether the bot is in them. */
    channels: new Map<string, { member: boolean }>([
      ["C0ALERTS", { member: true }],
      ["C0SANDBOX", { member: true }],
      ["C0TALK", { member: true }],
      ["C0ELSEWHERE", { member: false }],
    ]),
    users: new Map<string, { name: string; isBot: boolean }>([
      ["U0ADA", { name: "Ada Lovelace", isBot: false }],
      ["U0BOB", { name: "Bob", isBot: false }],
      ["U0EVE", { name: "Eve", isBot: false }],
    ]),
    groups: new Map<string, string[]>([["S0ONCALL", ["U0ADA"]]]),
    /** Triggers with when they were given out; used once, and for three seconds. */
    triggers: new Map<string, number>(),
    nextTs: (): string => {
      clock += 1;
      return `${Math.floor(clock / 1e6)}.${String(clock % 1e6).padStart(6, "0")}`;
    },
    id: (prefix: string): string => `${prefix}${randomBytes(5).toString("hex").toUpperCase()}`,
  };
}
export type Workspace = ReturnType<typeof workspace>;
