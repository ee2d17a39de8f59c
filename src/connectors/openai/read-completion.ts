import type { ModelFinish, ModelToolCall } from "../../domain/chat-model.ts";
import type { ModelUse } from "../../domain/ports.ts";
import { CompletionChunk } from "./completion-chunk.ts";

/** Characters. No answer is longer, and an endless one must not fill the memory. */
const LONGEST = 400_000;
const LONGEST_NAME = 120;

/** `content`: as written, reasoning included. `firstTokenMs`: by `now`; null if nothing came. */
export type ReadCompletion = {
  content: string;
  calls: ModelToolCall[];
  use: ModelUse | null;
  model: string | null;
  finish: ModelFinish;
  firstTokenAtMs: number | null;
};

type OpenCall = { id: string | null; name: string; written: string; input: unknown };

/**
 * Reads a completion, whole or in parts. Stops early when the answer is endless.
 *
 * @param onPart called for each part that holds something of the answer.
 * @returns null if no event is a completion.
 */
export async function readCompletion(
  events: AsyncIterable<unknown> | Iterable<unknown>,
  { now, onPart = () => undefined }: { now: () => number; onPart?: () => void },
): Promise<ReadCompletion | null> {
  const calls = new Map<number, OpenCall>();
  const read: ReadCompletion = {
    content: "",
    calls: [],
    use: null,
    model: null,
    finish: "unknown",
    firstTokenAtMs: null,
  };
  let isCompletion = false;
  let isRefused = false;
  let length = 0;
  for await (const event of events) {
    const parsed = CompletionChunk.safeParse(event);
    if (!parsed.success) continue;
    const { model, system_fingerprint: fingerprint, choices, usage } = parsed.data;
    if (model) read.model = versionOf(model, fingerprint);
    if (usage) read.use = useOf(usage) ?? read.use;
    const [choice] = choices ?? [];
    if (choice === undefined) continue;
    const part = choice.delta ?? choice.message;
    isCompletion ||= part != null || choice.finish_reason != null;
    if (choice.finish_reason) read.finish = finishOf(choice.finish_reason);
    if (!part) continue;
    const text = part.content ?? "";
    const isThinking = isText(part.reasoning_content) || isText(part.reasoning);
    const isEmpty = text === "" && !part.tool_calls?.length && !isThinking && !part.refusal;
    if (!isEmpty) {
      read.firstTokenAtMs ??= now();
      onPart();
    }
    isRefused ||= Boolean(part.refusal);
    read.content += text;
    for (const [at, call] of (part.tool_calls ?? []).entries()) length += addCall(calls, call, at);
    length += text.length;
    if (length > LONGEST) {
      read.finish = "length";
      break;
    }
  }
  if (!isCompletion) return null;
  read.calls = [...calls.entries()].toSorted(([a], [b]) => a - b).map(([at, call]) => finishedCall(call, at));
  if (isRefused && read.content === "" && read.calls.length === 0) read.finish = "filtered";
  return read;
}

type CallPart = NonNullable<
  NonNullable<NonNullable<NonNullable<CompletionChunk["choices"]>[number]["delta"]>["tool_calls"]>[number]
>;

/** Adds a part of a call, and returns its length. Some servers number no call; a new id begins a new one. */
function addCall(calls: Map<number, OpenCall>, part: CallPart, place: number): number {
  const key = keyOf(calls, part, place);
  const call = calls.get(key) ?? { id: null, name: "", written: "", input: undefined };
  calls.set(key, call);
  call.id ??= part.id || null;
  if (call.name === "") call.name = part.function?.name ?? "";
  const written = part.function?.arguments;
  if (typeof written === "string") call.written += written;
  else if (written !== undefined && written !== null) call.input = written;
  return typeof written === "string" ? written.length : 0;
}

function keyOf(calls: Map<number, OpenCall>, { index, id }: CallPart, place: number): number {
  if (index != null) {
    // a server that numbers every call 0
    const known = calls.get(index);
    return known?.id && id && known.id !== id ? calls.size : index;
  }
  const same = [...calls.entries()].find(([, call]) => id != null && call.id === id);
  if (same !== undefined) return same[0];
  return id == null && calls.size > 0 ? calls.size - 1 : calls.size + (calls.size === 0 ? place : 0);
}

function finishedCall({ id, name, written, input }: OpenCall, at: number): ModelToolCall {
  return { id: id ?? `call_${at + 1}`, name, input: input ?? jsonOrText(written) };
}

function jsonOrText(written: string): unknown {
  if (written.trim() === "") return {};
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

function useOf(usage: NonNullable<CompletionChunk["usage"]>): ModelUse | null {
  const [inputTokens, outputTokens] = [usage.prompt_tokens ?? 0, usage.completion_tokens ?? 0];
  if (inputTokens + outputTokens === 0) return null;
  const cachedTokens = usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? null;
  return { inputTokens, outputTokens, ...(cachedTokens === null ? {} : { cachedTokens }) };
}

const FINISHES: Readonly<Record<string, ModelFinish>> = {
  stop: "stop",
  eos_token: "stop",
  stop_sequence: "stop",
  end_turn: "stop",
  length: "length",
  max_tokens: "length",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
  tool_use: "tool_calls",
  content_filter: "filtered",
};
const finishOf = (reason: string): ModelFinish => FINISHES[reason.toLowerCase()] ?? "unknown";

/** The model and its build, without characters that a report cannot show. */
const versionOf = (model: string, fingerprint: string | null | undefined): string =>
  [model, fingerprint]
    .filter(Boolean)
    .join(" ")
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, " ")
    .slice(0, LONGEST_NAME);
