import type { Kysely } from "kysely";
import { IncidentError } from "../../domain/errors.ts";
import { execute, type Script } from "./script.ts";
import type { Tables } from "./tables.ts";

export const DELIVERY_SCHEMA = [
  `create table deliveries (
    scope text not null,
    key text not null,
    request_sha256 text not null,
    answer text not null,
    at_ms bigint not null
  )`,
  `create unique index deliveries_key on deliveries (scope, key)`,
  `create index deliveries_by_at_ms on deliveries (at_ms)`,
];

/**
 * The stored answer to the request with this key; null for a new key.
 *
 * @param request hash of the request's content: one key stands for one request.
 * @throws {IncidentError} REJECTED when the key was used for a different request.
 */
export function* findAnswer(db: Kysely<Tables>, scope: string, key: string, request: string): Script<unknown> {
  const [row] = yield* execute<{ request_sha256: string; answer: string }>(
    db.selectFrom("deliveries").select(["request_sha256", "answer"]).where("scope", "=", scope).where("key", "=", key),
  );
  if (!row) return null;
  if (row.request_sha256 === request) return JSON.parse(row.answer) as unknown;
  throw new IncidentError("REJECTED", "the idempotency key was already used for a different request", {
    hint: "Send a new Idempotency-Key with each new request, and the same one only to repeat it.",
  });
}

export function* recordAnswer(
  db: Kysely<Tables>,
  entry: { scope: string; key: string; request: string; answer: unknown; nowMs: number },
): Script<void> {
  const { scope, key, request, answer, nowMs } = entry;
  yield* execute(
    db
      .insertInto("deliveries")
      .values({ scope, key, request_sha256: request, answer: JSON.stringify(answer), at_ms: nowMs }),
  );
}
