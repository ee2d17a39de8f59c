import type { ChatModel, ModelReply } from "../domain/chat-model.ts";
import { messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { ModelStore, ReplyLimits } from "../domain/model-store.ts";
import { redactSecrets } from "../domain/redact.ts";
import { aroundModel } from "./around-model.ts";
import { type ReplyOwner, requestSha256 } from "./request-hashes.ts";

export type CacheParts = {
  store: Pick<ModelStore, "findReply" | "keepReply">;
  owner: Omit<ReplyOwner, "server" | "model">;
  limits: ReplyLimits;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
};

/** Answers a request that was answered before, to the byte, from the store. */
export const cachedModel = (model: ChatModel, { store, owner, limits, log, now }: CacheParts): ChatModel =>
  aroundModel(model, async (request, signal) => {
    const key = requestSha256({ ...owner, server: model.server, model: model.name }, request);
    const startedMs = now();
    const found = await store.findReply(key, startedMs - limits.maxAgeMs);
    if (found !== null) return fromCache(found, "exact", now() - startedMs);
    const reply = await model.complete(request, signal);
    if (mayKeep(reply))
      await store
        .keepReply({ key, atMs: now(), reply, frame: null, vector: null }, limits)
        .catch((error: unknown) => log.warn({ err: error }, `a reply was not kept: ${messageOf(error)}`));
    return reply;
  });

/** `use` is that of the call which was made; this one used nothing. */
export const fromCache = (reply: ModelReply, cachedBy: "exact" | "semantic", totalMs: number): ModelReply => ({
  ...reply,
  use: { inputTokens: 0, outputTokens: 0 },
  firstTokenMs: null,
  totalMs,
  cached: true,
  cachedBy,
});

/** Only whole answers, and none with a secret in it: the store may be read by more people than the model. */
export const mayKeep = ({ finish, text, calls, cached }: ModelReply): boolean => {
  const whole = finish === "stop" || finish === "tool_calls";
  const written = JSON.stringify([text, calls]);
  return !cached && whole && redactSecrets(written) === written;
};
