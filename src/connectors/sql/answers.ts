import type { Kysely } from "kysely";
import { IncidentError } from "../../domain/errors.ts";
import { ask, type Script } from "./script.ts";
import type { Tables } from "./tables.ts";

/**
 * What a request with this key was answered before; null for a new key.
 *
 * @param request hash of what the request asks: a key stands for one request.
 * @throws {IncidentError} REJECTED when the key was used for another.
 */
export function* answeredBefore(db: Kysely<Tables>, scope: string, key: string, request: string): Script<unknown> {
  const [row] = yield* ask<{ request_sha256: string; answer: string }>(
    db.selectFrom("deliveries").select(["request_sha256", "answer"]).where("scope", "=", scope).where("key", "=", key),
  );
  if (!row) return null;
  if (row.request_sha256 === request) return JSON.parse(row.answer) as unknown;
  throw new IncidentError("REJECTED", "the idempotency key was used for another request", {
    hint: "Give each request a key of its own, and only its repeats the same.",
  });
}

export function* recordAnswer(
  db: Kysely<Tables>,
  told: { scope: string; key: string; request: string; answer: unknown; nowMs: number },
): Script<void> {
  const { scope, key, request, answer, nowMs } = told;
  yield* ask(
    db
      .insertInto("deliveries")
      .values({ scope, key, request_sha256: request, answer: JSON.stringify(answer), at_ms: nowMs }),
  );
}
