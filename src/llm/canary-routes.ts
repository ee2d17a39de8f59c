import { createHash } from "node:crypto";
import {
  type AnswerOutcome,
  type Canary,
  type CanaryCandidate,
  type CanaryComparison,
  type CanaryStore,
} from "../domain/canary.ts";
import type {
  ChatModel,
  ModelContext,
  ModelReply,
  ModelRequest,
  ModelRoutes,
  ModelTask,
} from "../domain/chat-model.ts";
import { messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import { redactSecrets } from "../domain/redact.ts";
import { aroundModel } from "./around-model.ts";
import { afterComparison, afterJudgement, isReached } from "./canary-rule.ts";

export type CanaryParts = {
  store: Pick<CanaryStore, "runningCanary" | "changeCanary">;
  /** The models of a candidate, with a ledger and caps like any. Null: it has none. */
  open: (candidate: CanaryCandidate) => Promise<ModelRoutes | null>;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  newId: () => string;
};

/** Routes in which a canary may run. `settled`: waits for answers that nobody waits for. */
export type CanaryRoutes = ModelRoutes & { settled(): Promise<void> };

/** Shown answers of candidates whose verdict is awaited. */
const MOST_AWAITED = 1_000;
/** Of an answer that is kept but not shown. */
const MOST_TEXT = 20_000;
/** A hidden call belongs to no analysis, so that it uses up no budget of one; the caps of the day hold for it. */
const NOBODY: ModelContext = { analysisId: null, incidentId: null };

type Attempt = { reply: ModelReply | null; error: unknown; outcome: AnswerOutcome };

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** What is wrong with an answer, as far as its form shows. */
function badOf({ answer }: ModelRequest, { text, calls, finish }: ModelReply): AnswerOutcome["bad"] {
  if (finish === "filtered") return "refused";
  if (finish === "length") return "cut";
  if (text.trim() === "" && calls.length === 0) return "malformed";
  return answer !== null && calls.length === 0 && !isJson(text) ? "malformed" : null;
}

/** A failure is a value: the other configuration must not suffer from it. */
async function attempt(
  model: ChatModel,
  request: ModelRequest,
  now: () => number,
  signal?: AbortSignal,
): Promise<Attempt> {
  const began = now();
  try {
    const reply = await model.complete(request, signal);
    const { callId = null, cached, totalMs, use } = reply;
    const outcome = {
      callId,
      bad: badOf(request, reply),
      ms: totalMs,
      tokens: use === null ? null : use.inputTokens + use.outputTokens,
      cached,
    };
    return { reply, error: null, outcome };
  } catch (error) {
    const outcome = { callId: null, bad: "failed" as const, ms: now() - began, tokens: null, cached: false };
    return { reply: null, error, outcome };
  }
}

/** The request with the candidate's prompt in place of the one with the same name. */
export function requestOf(request: ModelRequest, { prompt }: CanaryCandidate): ModelRequest {
  const [first, ...rest] = request.messages;
  if (prompt === undefined || prompt.name !== request.prompt.name || first?.role !== "system") return request;
  const sha256 = createHash("sha256")
    .update(JSON.stringify([prompt.system, request.tools, request.answer]))
    .digest("hex");
  return {
    ...request,
    prompt: { name: prompt.name, version: prompt.version, sha256 },
    messages: [{ role: "system", text: prompt.system }, ...rest],
  };
}

/**
 * Lets a canary run beside the first model of each task. In shadow, its answers are only recorded, and nobody waits for
 * them. Live, they are shown to its share of incidents, and the old configuration answers in the background; if the
 * candidate fails, the old answer is shown. A store that cannot be read leaves the configuration in force.
 */
export function canaryRoutes(routes: ModelRoutes, parts: CanaryParts): CanaryRoutes {
  const { store, open, log, now, newId } = parts;
  const opened = new Map<string, Promise<ModelRoutes | null>>();
  const pending = new Set<Promise<void>>();
  /** Canary of each shown answer, by the id of its call. */
  const awaited = new Map<string, string>();

  const quietly = async (what: string, work: () => Promise<unknown>): Promise<void> =>
    void (await work().catch((error: unknown) => log.warn({ err: error }, `${what}: ${messageOf(error)}`)));
  const inBackground = (work: Promise<void>): void => {
    pending.add(work);
    void work.finally(() => pending.delete(work));
  };

  async function runningFor(task: ModelTask, { incidentId, analysisId }: ModelContext): Promise<Canary | null> {
    const key = incidentId ?? analysisId;
    if (key === null) return null;
    const canary = await store.runningCanary(task).catch((error: unknown) => {
      log.warn({ task, err: error }, `canaries could not be read: ${messageOf(error)}`);
      return null;
    });
    return canary !== null && isReached(canary, key) ? canary : null;
  }

  async function modelOf({ id, candidate, task }: Canary, context: ModelContext): Promise<ChatModel | null> {
    if (!opened.has(id)) opened.set(id, open(candidate));
    const routesOf = await opened.get(id)?.catch((error: unknown) => {
      log.warn({ canary: id, err: error }, `the candidate could not be opened: ${messageOf(error)}`);
      return null;
    });
    return routesOf?.modelsFor(task, context)[0] ?? null;
  }

  const record = (canary: Canary, context: ModelContext, sides: { inForce: Attempt; candidate: Attempt }) => {
    const hidden = canary.mode === "shadow" ? sides.candidate : sides.inForce;
    const comparison: CanaryComparison = {
      id: newId(),
      canaryId: canary.id,
      atMs: now(),
      ...context,
      inForce: sides.inForce.outcome,
      candidate: sides.candidate.outcome,
      hiddenText: hidden.reply === null ? null : redactSecrets(hidden.reply.text).slice(0, MOST_TEXT),
    };
    return quietly("a comparison of a canary is lost", () =>
      store.changeCanary(canary.id, (current) => afterComparison(current, comparison), comparison),
    );
  };

  const around = (inForce: ChatModel, task: ModelTask, context: ModelContext): ChatModel =>
    aroundModel(inForce, async (request, signal) => {
      const canary = await runningFor(task, context);
      if (canary === null) return inForce.complete(request, signal);
      const changed = requestOf(request, canary.candidate);
      const isLive = canary.mode === "live";
      const candidate = await modelOf(canary, isLive ? context : NOBODY);
      if (candidate === null) return inForce.complete(request, signal);
      if (!isLive) {
        const background = attempt(candidate, changed, now);
        const shown = await attempt(inForce, request, now, signal);
        if (signal?.aborted !== true)
          inBackground(background.then((hidden) => record(canary, context, { inForce: shown, candidate: hidden })));
        if (shown.reply === null) throw shown.error;
        return shown.reply;
      }
      const [old] = routes.modelsFor(task, NOBODY);
      const background = attempt(old ?? inForce, request, now);
      const shown = await attempt(candidate, changed, now, signal);
      if (signal?.aborted !== true)
        inBackground(background.then((hidden) => record(canary, context, { inForce: hidden, candidate: shown })));
      if (shown.reply === null || shown.outcome.bad !== null) {
        if (signal?.aborted === true) throw shown.error;
        log.warn(
          { canary: canary.id, bad: shown.outcome.bad },
          "the candidate gave no good answer; the old one is shown",
        );
        const instead = await background;
        if (instead.reply === null) throw instead.error;
        return instead.reply;
      }
      if (shown.reply.callId !== undefined) {
        if (awaited.size >= MOST_AWAITED) awaited.clear();
        awaited.set(shown.reply.callId, canary.id);
      }
      return shown.reply;
    });

  return {
    ...routes,
    modelsFor: (task, context) =>
      routes.modelsFor(task, context).map((model, at) => (at === 0 ? around(model, task, context) : model)),
    async judge(callId, judgement) {
      await routes.judge?.(callId, judgement);
      const canaryId = callId === undefined ? undefined : awaited.get(callId);
      if (callId === undefined || canaryId === undefined) return;
      awaited.delete(callId);
      const isGood = ["accepted", "repaired", "partial"].includes(judgement.verdict);
      await quietly("a verdict on a canary is lost", () =>
        store.changeCanary(canaryId, (current) => afterJudgement(current, isGood, now())),
      );
    },
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
