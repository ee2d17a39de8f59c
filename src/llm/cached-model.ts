import type { ChatModel, ModelReply } from "../domain/chat-model.ts";
import { messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { KeptReply, ModelStore, ReplyLimits } from "../domain/model-store.ts";
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
    if (found !== null) return fromCache(found, { cachedBy: "exact", key, totalMs: now() - startedMs });
    const reply = await model.complete(request, signal);
    return keptReply({ key, atMs: now(), reply, frame: null, vector: null }, { store, limits, log });
  });

/** `use` is that of the call which was made; this one used nothing. */
export const fromCache = (
  reply: ModelReply,
  { cachedBy, key, totalMs }: { cachedBy: "exact" | "semantic"; key: string; totalMs: number },
): ModelReply => ({
  ...reply,
  use: { inputTokens: 0, outputTokens: 0 },
  firstTokenMs: null,
  totalMs,
  cached: true,
  cachedBy,
  cacheKeys: [key],
});

/** Keeps a reply if that is allowed. A store that is down loses no answer. */
export async function keptReply(
  kept: KeptReply,
  { store, limits, log }: Pick<CacheParts, "limits" | "log"> & { store: Pick<ModelStore, "keepReply"> },
): Promise<ModelReply> {
  const { reply, key } = kept;
  if (!mayKeep(reply)) return reply;
  await store
    .keepReply(kept, limits)
    .catch((error: unknown) => log.warn({ err: error }, `a reply was not kept: ${messageOf(error)}`));
  return { ...reply, cacheKeys: [...(reply.cacheKeys ?? []), key] };
}

/** Only whole answers, and none with a secret in it: the store may be read by more people than the model. */
const mayKeep = ({ finish, text, calls, cached }: ModelReply): boolean => {
  const whole = finish === "stop" || finish === "tool_calls";
  const written = JSON.stringify([text, calls]);
  return !cached && whole && redactSecrets(written) === written;
};
