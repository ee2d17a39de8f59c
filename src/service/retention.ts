import type { ServiceStore } from "../domain/service-store.ts";

/** How long a repeat of a delivery or of an idempotency key is recognised, milliseconds. */
const KEPT_MS = 7 * 24 * 3_600_000;
const INTERVAL_MS = 3_600_000;

/** Deletes old deliveries and idempotency keys, once an hour. */
export function startRetention(service: Pick<ServiceStore, "forget">, now: () => number): { stop(): void } {
  const timer = setInterval(() => void service.forget(now() - KEPT_MS).catch(() => undefined), INTERVAL_MS).unref();
  return { stop: () => clearInterval(timer) };
}
