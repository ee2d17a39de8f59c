import type { ChatModel, ModelContext, ModelRoutes, ModelTask } from "../domain/chat-model.ts";
import { messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { Embedder } from "../domain/memory.ts";
import type { ModelCall } from "../domain/model-call.ts";
import type { ModelPrice } from "../domain/model-price.ts";
import { type CapUse, isNear, type ModelCaps, type ModelStore, type ReplyLimits } from "../domain/model-store.ts";
import type { ModelVerdict } from "../domain/model-verdict.ts";
import { allCalls } from "./all-calls.ts";
import { cachedModel } from "./cached-model.ts";
import { capWarning } from "./cap-error.ts";
import { cappedModel } from "./capped-model.ts";
import { recordedModel } from "./recorded-model.ts";
import { semanticModel } from "./semantic-model.ts";
import { spendOf } from "./spend-of.ts";

/**
 * A model that may be routed to. `settings`: all that changes its answers besides name and server, such as the seed.
 * `holdMs`: the longest time of one call.
 */
export type RoutedModel = { model: ChatModel; price: ModelPrice | null; settings: unknown; holdMs: number };

export type RoutesParts = {
  /** The models for a task, the cheapest first. */
  modelsOf: (task: ModelTask) => readonly RoutedModel[];
  store: ModelStore;
  caps: ModelCaps;
  /** Null: no reply is kept. `embedder`: null without the semantic cache. */
  cache: (ReplyLimits & { embedder: Embedder | null }) | null;
  /** Whose replies are kept. Another tenant never gets them. */
  tenant: string;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  newId: () => string;
  onCall?: ((call: ModelCall) => void) | undefined;
};

/**
 * Puts the ledger around each model, inside of it the caches, and inside of those the caps: a cached answer is free.
 */
export function modelRoutes(parts: RoutesParts): ModelRoutes {
  const { modelsOf, store, caps, cache, tenant, log, now, newId, onCall } = parts;
  const warned = new Set<string>();
  /** Keys of cached replies, by the call that they answered. */
  const kept = new Map<string, readonly string[]>();

  function remember(callId: string, keys: readonly string[]): void {
    const [oldest] = kept.size >= MOST_KEPT ? kept.keys() : [];
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(callId, keys);
  }

  /** A bad answer must not repeat until it expires. */
  async function forget(callId: string): Promise<void> {
    const keys = kept.get(callId) ?? [];
    kept.delete(callId);
    await store
      .dropReplies(keys)
      .catch((error: unknown) => log.warn({ callId, err: error }, `a bad reply is still kept: ${messageOf(error)}`));
  }

  /** One line in the log for each cap and each thing that it counts for. */
  function warn({ analysisId, incidentId }: ModelContext, uses: readonly CapUse[]): void {
    for (const use of uses) {
      const subject = { analysis: analysisId, incident: incidentId, day: new Date(now()).toISOString().slice(0, 10) };
      const key = `${use.scope} ${subject[use.scope]} ${use.unit}`;
      if (warned.has(key)) continue;
      if (warned.size >= MOST_WARNED) warned.clear();
      warned.add(key);
      log.warn({ analysisId, incidentId, cap: `${use.scope}.${use.unit}` }, capWarning(use));
    }
  }

  function around({ model, price, settings, holdMs }: RoutedModel, context: ModelContext): ChatModel {
    const onNear = (uses: readonly CapUse[]): void => warn(context, uses);
    const capped = cappedModel(model, { store, context, caps, price, holdMs, log, now, newId, onNear });
    const owner = { tenant, settings };
    const similar =
      cache?.embedder == null || context.incidentId === null
        ? capped
        : semanticModel(capped, {
            store,
            owner,
            limits: cache,
            log,
            now,
            embedder: cache.embedder,
            incidentId: context.incidentId,
          });
    const cached = cache === null ? capped : cachedModel(similar, { store, owner, limits: cache, log, now });
    return recordedModel(cached, { store, context, price, log, now, newId, onCall, onKept: remember });
  }

  return {
    modelsFor: (task, context) => modelsOf(task).map((one) => around(one, context)),

    async judge(callId, judgement) {
      if (callId === undefined) return;
      if (BAD.has(judgement.verdict)) await forget(callId);
      await store
        .judgeCall(callId, judgement)
        .catch((error: unknown) =>
          log.warn({ callId, err: error }, `the ledger did not take a verdict: ${messageOf(error)}`),
        );
    },

    async spendOf(analysisId) {
      const calls: ModelCall[] = [];
      for await (const call of allCalls(store, { analysisId })) calls.push(call);
      const incidentId = calls.at(-1)?.incidentId ?? null;
      const uses = calls.length === 0 ? [] : await store.capUses({ analysisId, incidentId }, caps, now());
      return spendOf(calls, uses.filter(isNear));
    },
  };
}

/** Caps of which the log was warned are remembered up to this number. */
const MOST_WARNED = 10_000;
/** Calls whose cached replies are remembered until a verdict. An answer is judged at once, so this is far too many. */
const MOST_KEPT = 10_000;
/** Verdicts on answers that are not kept. */
const BAD: ReadonlySet<ModelVerdict> = new Set(["malformed", "refused", "unsupported"]);
