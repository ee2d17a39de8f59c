import type { ChatModel, ModelRequest } from "../domain/chat-model.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { Embedder } from "../domain/memory.ts";
import type { ModelStore, ReplyLimits } from "../domain/model-store.ts";
import { aroundModel } from "./around-model.ts";
import { fromCache, keptReply } from "./cached-model.ts";
import { quotedJson } from "./quoted-data.ts";
import { jsonSha256, type ReplyOwner, requestSha256 } from "./request-hashes.ts";

export type SemanticCacheParts = {
  store: Pick<ModelStore, "findFrame" | "keepReply">;
  owner: Omit<ReplyOwner, "server" | "model">;
  limits: ReplyLimits;
  log: Log;
  embedder: Embedder;
  /** Questions of other incidents are never compared. */
  incidentId: string;
  /** Unix milliseconds. */
  now: () => number;
};

/** Cosine from which two questions count as one. */
const SAME_QUESTION = 0.85;
/** Stands in a frame for the question. No text of a request holds the character. */
const MARK = "\u0000";
/** Words that a question may have or lack without another meaning. No negation, no question word. */
const FILLERS = new Set(
  (
    "a an the is are was were be been being it its this that there these those could can would may might do does did " +
    "will shall should please tell show give me us i we you of in on at to for just really actually so then and"
  ).split(" "),
);

/**
 * Answers a question of a person in other words from the store (`ModelRequest.question`). Everything else (prompt,
 * tools, data of the incident) and the incident must be the same to the byte. The question must have the same words in
 * the same order, fillers aside: a vector alone cannot tell "why the cache" from "why not the cache", or 5 errors from
 * 500. Its vector must be near as well.
 */
export function semanticModel(
  model: ChatModel,
  { store, owner, limits, embedder, incidentId, log, now }: SemanticCacheParts,
): ChatModel {
  /** Null if the embedding model does not answer: the question is then put to the model. */
  async function vectorOf(question: string, signal: AbortSignal | undefined): Promise<number[] | null> {
    try {
      const [vector] = await embedder.embed([question], signal);
      return vector === undefined ? null : [...vector];
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof IncidentError)) throw error;
      log.warn({ err: error }, `the semantic cache cannot embed a question: ${error.message}`);
      return null;
    }
  }
  return aroundModel(model, async (request, signal) => {
    const found = withoutQuestion(request);
    if (found === null) return model.complete(request, signal);
    const { question, others } = found;
    const startedMs = now();
    const who = { ...owner, server: model.server, model: model.name };
    const frame = jsonSha256([incidentId, embedder.model, requestSha256(who, others), wordsOf(question)]);
    const vector = await vectorOf(question, signal);
    if (vector === null) return model.complete(request, signal);
    const near = (await store.findFrame(frame, startedMs - limits.maxAgeMs)).find(
      (kept) => kept.vector !== null && cosine(kept.vector, vector) >= SAME_QUESTION,
    );
    if (near !== undefined)
      return fromCache(near.reply, { cachedBy: "semantic", key: near.key, totalMs: now() - startedMs });
    const reply = await model.complete(request, signal);
    const key = jsonSha256(["semantic", requestSha256(who, request), incidentId]);
    return keptReply({ key, atMs: now(), reply, frame, vector }, { store, limits, log });
  });
}

/** The question, and the request with a mark in its place. Null: there is none, or a tool was called since. */
function withoutQuestion(request: ModelRequest): { question: string; others: ModelRequest } | null {
  const { question = "", messages, sample } = request;
  const isFirstTurn = messages.every(({ role }) => role === "system" || role === "user");
  if (question.trim() === "" || sample !== 0 || !isFirstTurn) return null;
  const forms = [quotedJson(question).slice(1, -1), question];
  const replaced = messages.map((message) =>
    message.role === "user"
      ? { ...message, text: forms.reduce((text, form) => text.replaceAll(form, () => MARK), message.text) }
      : message,
  );
  const isHeld = replaced.some(({ text }, at) => text !== messages[at]?.text);
  return isHeld ? { question, others: { ...request, messages: replaced, question: MARK } } : null;
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
