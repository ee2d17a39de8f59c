import type { Pruned } from "../app/retention/prune.ts";
import type { Log } from "../domain/log.ts";
import type { NoticeStore } from "../domain/notice.ts";
import type { ModelStore } from "../domain/model-store.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import type { WebSessionStore } from "../domain/web-session.ts";

/** How long a repeat of a delivery or of an idempotency key is recognised, milliseconds. */
const KEPT_MS = 7 * 24 * 3_600_000;
/** How long the ledger of models is kept, milliseconds: a year, and a month to compare with. */
const LEDGER_KEPT_MS = 396 * 24 * 3_600_000;
/** How long it is known what was sent, milliseconds. */
const MESSAGES_KEPT_MS = 90 * 24 * 3_600_000;
const INTERVAL_MS = 3_600_000;

export type RetentionOptions = {
  now: () => number;
  keepChangesMs: number;
  /** How long a session of the page may be idle. */
  idleMs: number;
  prune: ((signal: AbortSignal) => Promise<Pruned>) | null;
  log: Pick<Log, "info" | "warn">;
};

/**
 * Deletes old deliveries, idempotency keys, reported changes, calls of models, expired sessions and old messages, once an hour.
 *
 * @param prune deletes what is beyond the configured limits; null: nobody turned that on.
 */
export function startRetention(
  service: Pick<ServiceStore, "forget" | "forgetChanges">,
  {
    models,
    sessions,
    notices,
  }: {
    models: Pick<ModelStore, "forgetCalls">;
    sessions: Pick<WebSessionStore, "forgetSessions">;
    notices: Pick<NoticeStore, "forgetNotices">;
  },
  { now, keepChangesMs, idleMs, prune, log }: RetentionOptions,
): { stop(): Promise<void> } {
  const ending = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const clean = async (): Promise<void> => {
    await service.forget(now() - KEPT_MS);
    await service.forgetChanges(now() - keepChangesMs);
    await models.forgetCalls(now() - LEDGER_KEPT_MS);
    await sessions.forgetSessions({ nowMs: now(), idleMs });
    await notices.forgetNotices(now() - MESSAGES_KEPT_MS);
    if (prune === null) return;
    const { kinds, afterBytes } = await prune(ending.signal);
    const pruned = Object.fromEntries(kinds.filter(({ count }) => count > 0).map(({ kind, count }) => [kind, count]));
    if (Object.keys(pruned).length > 0)
      log.info({ pruned, storeBytes: afterBytes }, "pruned what is beyond the limits");
  };
  const cleanOnce = (): void => {
    running = running.then(clean).catch((error: unknown) => {
      if (!ending.signal.aborted) log.warn({ err: error }, "retention failed; it tries again in an hour");
    });
  };
  const timer = setInterval(cleanOnce, INTERVAL_MS).unref();
  if (prune !== null) cleanOnce();
  return {
    async stop() {
      clearInterval(timer);
      ending.abort();
      await running;
    },
  };
}
