import { z } from "zod";
import { type ApiKey, Scope } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { readJson } from "./stored-json.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

export const KEY_SCHEMA = [
  `create table api_keys (
    id text not null,
    name text not null,
    secret_sha256 text not null,
    scopes text not null,
    created_at_ms bigint not null,
    revoked_at_ms bigint
  )`,
  `create unique index api_keys_key on api_keys (id)`,
  `create unique index api_keys_secret on api_keys (secret_sha256)`,
];

/** API keys, found by the hash of their secret. */
export const keyRows = ({
  db,
  run,
}: SqlDatabase): Pick<ServiceStore, "addKey" | "listKeys" | "revokeKey" | "findKey"> => ({
  async addKey({ id, name, scopes, createdAtMs, revokedAtMs }, secretSha256) {
    await run(() =>
      db
        .insertInto("api_keys")
        .values({
          id,
          name,
          secret_sha256: secretSha256,
          scopes: JSON.stringify(scopes),
          created_at_ms: createdAtMs,
          revoked_at_ms: revokedAtMs,
        })
        .execute(),
    );
  },

  async listKeys() {
    return (
      await run(() => db.selectFrom("api_keys").selectAll().orderBy("created_at_ms").orderBy("id").execute())
    ).map(toKey);
  },

  async revokeKey(keyId, nowMs) {
    const revoked = await run(() =>
      db
        .updateTable("api_keys")
        .set({ revoked_at_ms: nowMs })
        .where("id", "=", keyId)
        .where("revoked_at_ms", "is", null)
        .returning("id")
        .execute(),
    );
    return revoked.length > 0;
  },

  async findKey(secretSha256) {
    const row = await run(() =>
      db.selectFrom("api_keys").selectAll().where("secret_sha256", "=", secretSha256).executeTakeFirst(),
    );
    return row ? toKey(row) : null;
  },
});

const toKey = ({ id, name, scopes, created_at_ms, revoked_at_ms }: Tables["api_keys"]): ApiKey => ({
  id,
  name,
  scopes: readJson(z.array(Scope), scopes, `the scopes of API key ${id}`),
  createdAtMs: created_at_ms,
  revokedAtMs: revoked_at_ms,
});
