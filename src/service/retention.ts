import type { ModelStore } from "../domain/model-store.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import type { WebSessionStore } from "../domain/web-session.ts";

/** How long a repeat of a delivery or of an idempotency key is recognised, milliseconds. */
const KEPT_MS = 7 * 24 * 3_600_000;
/** How long the ledger of models is kept, milliseconds: a year, and a month to compare with. */
const LEDGER_KEPT_MS = 396 * 24 * 3_600_000;
const INTERVAL_MS = 3_600_000;

/** Deletes old deliveries, idempotency keys, reported changes, calls of models and expired sessions, once an hour. */
export function startRetention(
  service: Pick<ServiceStore, "forget" | "forgetChanges">,
  { models, sessions }: { models: Pick<ModelStore, "forgetCalls">; sessions: Pick<WebSessionStore, "forgetSessions"> },
  { now, keepChangesMs, idleMs }: { now: () => number; keepChangesMs: number; idleMs: number },
): { stop(): void } {
  const clean = async (): Promise<void> => {
    await service.forget(now() - KEPT_MS);
    await service.forgetChanges(now() - keepChangesMs);
    await models.forgetCalls(now() - LEDGER_KEPT_MS);
    await sessions.forgetSessions({ nowMs: now(), idleMs });
  };
  const timer = setInterval(() => void clean().catch(() => undefined), INTERVAL_MS).unref();
  return { stop: () => clearInterval(timer) };
}
