import type { ServiceStore } from "../domain/service-store.ts";

/** How long a repeat of a delivery or of an idempotency key is recognised, milliseconds. */
const KEPT_MS = 7 * 24 * 3_600_000;
const INTERVAL_MS = 3_600_000;

/** Deletes old deliveries, idempotency keys and reported changes, once an hour. */
export function startRetention(
  service: Pick<ServiceStore, "forget" | "forgetChanges">,
  { now, keepChangesMs }: { now: () => number; keepChangesMs: number },
): { stop(): void } {
  const clean = async (): Promise<void> => {
    await service.forget(now() - KEPT_MS);
    await service.forgetChanges(now() - keepChangesMs);
  };
  const timer = setInterval(() => void clean().catch(() => undefined), INTERVAL_MS).unref();
  return { stop: () => clearInterval(timer) };
}
