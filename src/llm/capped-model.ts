import type { ChatModel, ModelContext } from "../domain/chat-model.ts";
import { IncidentError, messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { ModelUse } from "../domain/ports.ts";
import { costOf, type ModelPrice } from "../domain/model-price.ts";
import type { CapUse, ModelAmount, ModelCaps, ModelStore } from "../domain/model-store.ts";
import { aroundModel } from "./around-model.ts";
import { capError } from "./cap-error.ts";
import { estimatedUse, usedBy } from "./estimate-tokens.ts";

export type CapParts = {
  store: Pick<ModelStore, "reserve" | "settle">;
  context: ModelContext;
  caps: ModelCaps;
  price: ModelPrice | null;
  /** How long a call may take. If its process dies, its reservation ends after this time. Milliseconds. */
  holdMs: number;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  newId: () => string;
  /** Gets caps that are used to 80 % or more. */
  onNear: (uses: readonly CapUse[]) => void;
};

/**
 * Keeps the calls of a model within caps. Reserves what a call may use, and then counts what it used. A call that
 * failed counts with the estimate of its prompt, because the server may have read it; one that the server refused has
 * no tokens.
 *
 * @throws {IncidentError} from `complete`: also REJECTED when a cap has no room (`isCapError`). Nothing is sent then.
 */
export const cappedModel = (model: ChatModel, parts: CapParts): ChatModel =>
  aroundModel(model, async (request, signal) => {
    const { store, context, caps, price, holdMs, log, now, newId, onNear } = parts;
    const atMs = now();
    const id = newId();
    const amountOf = (use: ModelUse): ModelAmount => ({
      calls: 1,
      tokens: use.inputTokens + use.outputTokens,
      usd: costOf(use, price) ?? 0,
    });
    const expected = estimatedUse(request);
    const amount = amountOf(expected);
    const { refusedBy, near } = await store.reserve({ id, context, atMs, untilMs: atMs + holdMs, amount }, caps);
    if (near.length > 0) onNear(near);
    if (refusedBy !== null) throw capError(refusedBy, amount[refusedBy.unit]);
    let used: ModelAmount = amountOf({ ...expected, outputTokens: 0 });
    try {
      const reply = await model.complete(request, signal);
      used = amountOf(usedBy(request, reply));
      return reply;
    } catch (error) {
      if (isRefusal(error)) used = { calls: 1, tokens: 0, usd: 0 };
      throw error;
    } finally {
      // an answer that was paid for is not lost with the count
      await store
        .settle(id, used)
        .catch((error: unknown) => log.warn({ err: error }, `caps did not count a call: ${messageOf(error)}`));
    }
  });

/** The server, or the connector before it, refused the request unread: a wrong key, or one that is too long. */
const isRefusal = (error: unknown): boolean =>
  error instanceof IncidentError && (error.code === "REJECTED" || error.code === "CONFIG");
