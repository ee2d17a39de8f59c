import type { ChatModel, ModelRequest } from "../domain/chat-model.ts";
import type { Embedder } from "../domain/memory.ts";
import type { ModelStore, ReplyLimits } from "../domain/model-store.ts";
import { aroundModel } from "./around-model.ts";
import { fromCache, mayKeep } from "./cached-model.ts";
import { jsonSha256, type ReplyOwner, requestSha256 } from "./request-hashes.ts";

export type SemanticCacheParts = {
  store: Pick<ModelStore, "findFrame" | "keepReply">;
  owner: Omit<ReplyOwner, "server" | "model">;
  limits: ReplyLimits;
  embedder: Embedder;
  /** Questions of other incidents are never compared. */
  incidentId: string;
  /** Unix milliseconds. */
  now: () => number;
};

/** Cosine from which two questions count as one. */
const SAME_QUESTION = 0.85;
/** Words that a question may have or lack without another meaning. No negation, no question word. */
const FILLERS = new Set(
  (
    "a an the is are was were be been being it its this that there these those could can would may might do does did " +
    "will shall should please tell show give me us i we you of in on at to for just really actually so then and"
  ).split(" "),
);

/**
 * Answers a question of a person in other words from the store. The question is the last message. Everything before it
 * (prompt, tools, data of the incident) and the incident must be the same to the byte. The question must have the same
 * words in the same order, fillers aside: a vector alone cannot tell "why the cache" from "why not the cache", or 5
 * errors from 500. Its vector must be near as well.
 */
export const semanticModel = (
  model: ChatModel,
  { store, owner, limits, embedder, incidentId, now }: SemanticCacheParts,
): ChatModel =>
  aroundModel(model, async (request, signal) => {
    const question = questionOf(request);
    if (question === null) return model.complete(request, signal);
    const startedMs = now();
    const who = { ...owner, server: model.server, model: model.name };
    const frame = jsonSha256([
      incidentId,
      embedder.model,
      requestSha256(who, { ...request, messages: request.messages.slice(0, -1) }),
      wordsOf(question),
    ]);
    const [embedded] = await embedder.embed([question], signal);
    const vector = [...(embedded ?? [])];
    const near = (await store.findFrame(frame, startedMs - limits.maxAgeMs)).find(
      (kept) => kept.vector !== null && cosine(kept.vector, vector) >= SAME_QUESTION,
    );
    if (near !== undefined) return fromCache(near.reply, "semantic", now() - startedMs);
    const reply = await model.complete(request, signal);
    const key = jsonSha256(["semantic", requestSha256(who, request), incidentId]);
    if (mayKeep(reply)) await store.keepReply({ key, atMs: now(), reply, frame, vector }, limits);
    return reply;
  });

/** The last message of a task in which people ask, before any tool was called. Null: there is none. */
function questionOf({ task, messages, sample }: ModelRequest): string | null {
  const last = messages.at(-1);
  const isFirstTurn = messages.every(({ role }) => role === "system" || role === "user");
  return task === "ask" && sample === 0 && isFirstTurn && last?.role === "user" && messages.length > 2
    ? last.text
    : null;
}

/** In order, without fillers and punctuation at the ends. */
const wordsOf = (question: string): string[] =>
  question
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replaceAll(/^[\p{P}\p{S}]+|[\p{P}]+$/gu, ""))
    .filter((word) => word !== "" && !FILLERS.has(word));

function cosine(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return 0;
  let [dot, left, right] = [0, 0, 0];
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0;
    dot += value * other;
    left += value * value;
    right += other * other;
  }
  return left === 0 || right === 0 ? 0 : dot / Math.sqrt(left * right);
}
