import { z } from "zod";
import { type ApiKey, Scope } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { readBody } from "./canonical.ts";
import type { Sql, Tables } from "./tables.ts";

/** API keys, by the hash of their secret. */
export const keyRows = ({ db, asking }: Sql): Pick<ServiceStore, "addKey" | "listKeys" | "revokeKey" | "findKey"> => ({
  async addKey({ id, name, scopes, createdAtMs, revokedAtMs }, secretSha256) {
    await asking(() =>
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
      await asking(() => db.selectFrom("api_keys").selectAll().orderBy("created_at_ms").orderBy("id").execute())
    ).map(toKey);
  },

  async revokeKey(keyId, nowMs) {
    const revoked = await asking(() =>
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
    const row = await asking(() =>
      db.selectFrom("api_keys").selectAll().where("secret_sha256", "=", secretSha256).executeTakeFirst(),
    );
    return row ? toKey(row) : null;
  },
});

const toKey = ({ id, name, scopes, created_at_ms, revoked_at_ms }: Tables["api_keys"]): ApiKey => ({
  id,
  name,
  scopes: readBody(z.array(Scope), scopes, `key ${id}`),
  createdAtMs: created_at_ms,
  revokedAtMs: revoked_at_ms,
});
