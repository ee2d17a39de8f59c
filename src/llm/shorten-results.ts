import type { ModelMessage } from "../domain/chat-model.ts";
import { quotedJson } from "./quoted-data.ts";

/** Rows that the head of a result keeps. */
const HEAD_ROWS = 2;
/** Characters that stay of a result that is no JSON object. */
const HEAD_CHARS = 200;
const LEFT_OUT = "Rows were left out to save room. Read them again by the key.";
/** Fields that stay of a result when its head is too long as well. */
const LAST_FIELDS = ["key", "tool", "rows", "refused"];

/** Characters of a message, calls included. */
const lengthOf = (message: ModelMessage): number =>
  message.text.length + (message.role === "assistant" ? JSON.stringify(message.calls).length : 0);

/** Characters of a conversation, calls included. */
export const conversationLength = (messages: readonly ModelMessage[]): number =>
  messages.reduce((sum, message) => sum + lengthOf(message), 0);

/**
 * Shortens results of tools until the conversation has at most `maxChars` characters, or nothing is left to shorten.
 * Older results go first: to their first rows, then to their key; only then the newest. Everything else stays as it
 * is.
 *
 * @returns null if no result can be shorter.
 */
export function shortenResults(messages: readonly ModelMessage[], maxChars: number): ModelMessage[] | null {
  const shorter = [...messages];
  const newest = messages.findLastIndex(({ role }) => role === "assistant");
  const older = shorter.flatMap(({ role }, at) => (role === "tool" && at < newest ? [at] : []));
  const latest = shorter.flatMap(({ role }, at) => (role === "tool" && at > newest ? [at] : []));
  let length = conversationLength(messages);
  const before = length;
  for (const [positions, form] of [
    [older, headOf],
    [older, keyOf],
    [latest, headOf],
    [latest, keyOf],
  ] as const)
    for (const at of positions) {
      const message = shorter[at];
      if (length <= maxChars || message === undefined) break;
      const text = form(message.text);
      if (text.length >= message.text.length) continue;
      length -= message.text.length - text.length;
      shorter[at] = { ...message, text };
    }
  return length < before ? shorter : null;
}

function headOf(text: string): string {
  const result = objectIn(text);
  if (result === null) return text.length > HEAD_CHARS ? `${text.slice(0, HEAD_CHARS - 1).toWellFormed()}…` : text;
  const data = Array.isArray(result.data) ? result.data.slice(0, HEAD_ROWS) : [];
  return quotedJson({ ...result, data, shown: data.length, left_out: LEFT_OUT });
}

function keyOf(text: string): string {
  const result = objectIn(text);
  if (result === null) return headOf(text);
  const kept = Object.entries(result).filter(([field]) => LAST_FIELDS.includes(field));
  return quotedJson({ ...Object.fromEntries(kept), left_out: LEFT_OUT });
}

/** A result as `resultText` writes it. */
function objectIn(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : null;
  } catch {
    return null;
  }
}
