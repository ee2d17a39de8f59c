import type { ChatModel, ModelContext, ModelReply, ModelRequest } from "../domain/chat-model.ts";
import { ContextOverflow } from "../domain/context-overflow.ts";
import { IncidentError, messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { ModelCall } from "../domain/model-call.ts";
import { costOf, type ModelPrice } from "../domain/model-price.ts";
import type { ModelStore } from "../domain/model-store.ts";
import { aroundModel } from "./around-model.ts";
import { isCapError } from "./cap-error.ts";
import { answerSha256, messagesSha256 } from "./request-hashes.ts";

export type RecordingParts = {
  store: Pick<ModelStore, "putCall">;
  context: ModelContext;
  price: ModelPrice | null;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  newId: () => string;
  /** Gets each call once it has ended. */
  onCall?: ((call: ModelCall) => void) | undefined;
  /** Gets the keys under which the caches keep the answer of a call. */
  onKept?: ((callId: string, cacheKeys: readonly string[]) => void) | undefined;
};

/**
 * Writes each call to the ledger: a row before it begins, so that a call whose process dies is known, and the whole row
 * before its answer is used. A ledger that cannot be written stops no analysis; the log says so.
 */
export const recordedModel = (model: ChatModel, parts: RecordingParts): ChatModel =>
  aroundModel(model, async (request, signal) => {
    const begun = begunCall(model, request, parts);
    await record(parts, begun);
    const end = async (ended: Partial<ModelCall>): Promise<void> => {
      const call = { ...begun, ...ended };
      await record(parts, call);
      parts.onCall?.(call);
    };
    let reply: ModelReply;
    try {
      reply = await model.complete(request, signal);
    } catch (error) {
      await end({ error: codeOf(error, signal), verdict: "failed", totalMs: parts.now() - begun.atMs });
      throw error;
    }
    await end(answered(reply, parts.price));
    const { cacheKeys, ...answer } = reply;
    if (cacheKeys !== undefined) parts.onKept?.(begun.id, cacheKeys);
    return { ...answer, callId: begun.id };
  });

async function record({ store, log }: RecordingParts, call: ModelCall): Promise<void> {
  await store
    .putCall(call)
    .catch((error: unknown) =>
      log.warn({ callId: call.id, err: error }, `a call of a model is missing in the ledger: ${messageOf(error)}`),
    );
}

const begunCall = (
  { name, server }: ChatModel,
  { task, prompt, messages }: ModelRequest,
  { context: { analysisId, incidentId }, now, newId }: RecordingParts,
): ModelCall => ({
  id: newId(),
  atMs: now(),
  analysisId,
  incidentId,
  task,
  server,
  model: name,
  version: null,
  prompt: prompt.name,
  promptVersion: prompt.version,
  promptSha256: messagesSha256(messages),
  prefixSha256: prompt.sha256,
  answerSha256: null,
  inputTokens: null,
  cachedTokens: null,
  outputTokens: null,
  costUsd: null,
  firstTokenMs: null,
  totalMs: 0,
  finish: null,
  cache: "none",
  error: "UNFINISHED",
  verdict: "failed",
  claims: null,
  unsupportedClaims: null,
});

function answered(reply: ModelReply, price: ModelPrice | null): Partial<ModelCall> {
  const { model, use, finish, firstTokenMs, totalMs, cached } = reply;
  const known = {
    version: model,
    answerSha256: answerSha256(reply),
    finish,
    error: null,
    verdict: "unjudged",
  } as const;
  return cached
    ? {
        ...known,
        inputTokens: 0,
        cachedTokens: 0,
        outputTokens: 0,
        costUsd: 0,
        cache: reply.cachedBy ?? "exact",
        totalMs,
      }
    : {
        ...known,
        inputTokens: use?.inputTokens ?? null,
        cachedTokens: use?.cachedTokens ?? null,
        outputTokens: use?.outputTokens ?? null,
        costUsd: costOf(use, price),
        firstTokenMs,
        totalMs,
      };
}

/** A code, never a message: servers repeat in their messages what they were sent. */
function codeOf(error: unknown, signal: AbortSignal | undefined): string {
  if (isCapError(error)) return "CAP";
  if (error instanceof ContextOverflow) return "CONTEXT";
  if (error instanceof IncidentError) return error.code;
  return signal?.aborted === true ? "ABORTED" : "DEFECT";
}
