import { z } from "zod";
import { Scope } from "../../domain/service.ts";
import type { SessionLookup, WebSession, WebSessionStore } from "../../domain/web-session.ts";
import { readJson } from "./stored-json.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

export const WEB_SESSION_SCHEMA = [
  `create table web_sessions (
    id text not null,
    token_sha256 text not null,
    person_id text not null,
    issuer text,
    name text not null,
    scopes text not null,
    client text not null,
    key_proof text,
    sealed_id_token text,
    created_at_ms bigint not null,
    seen_at_ms bigint not null,
    expires_at_ms bigint not null
  )`,
  `create unique index web_sessions_key on web_sessions (id)`,
  `create unique index web_sessions_token on web_sessions (token_sha256)`,
  `create index web_sessions_by_person_id on web_sessions (person_id)`,
];

/** Sessions of the web pages, found by the hash of the secret in the cookie. A session that ended leaves no row. */
export function sqlWebSessionStore({ db, run }: SqlDatabase): WebSessionStore {
  /** A session of a revoked key is not live. A key is never deleted, so a person without a row is no key. */
  const live = ({ nowMs, idleMs }: SessionLookup) =>
    db
      .selectFrom("web_sessions")
      .selectAll("web_sessions")
      .leftJoin("api_keys", "api_keys.id", "web_sessions.person_id")
      .where("api_keys.revoked_at_ms", "is", null)
      .where("web_sessions.expires_at_ms", ">", nowMs)
      .where("web_sessions.seen_at_ms", ">", nowMs - idleMs);

  return {
    async addSession(session, { tokenSha256, keyProof, sealedIdToken }, maxEach) {
      await run(() =>
        db
          .insertInto("web_sessions")
          .values({
            id: session.id,
            token_sha256: tokenSha256,
            person_id: session.personId,
            issuer: session.issuer,
            name: session.name,
            scopes: JSON.stringify(session.scopes),
            client: session.client,
            key_proof: keyProof,
            sealed_id_token: sealedIdToken,
            created_at_ms: session.createdAtMs,
            seen_at_ms: session.seenAtMs,
            expires_at_ms: session.expiresAtMs,
          })
          .execute(),
      );
      await run(() =>
        db
          .deleteFrom("web_sessions")
          .where("person_id", "=", session.personId)
          .where("id", "not in", (of) =>
            of
              .selectFrom("web_sessions")
              .select("id")
              .where("person_id", "=", session.personId)
              .orderBy("created_at_ms", "desc")
              .orderBy("id")
              .limit(maxEach),
          )
          .execute(),
      );
    },

    async findSession(tokenSha256, lookup) {
      const row = await run(() => live(lookup).where("token_sha256", "=", tokenSha256).executeTakeFirst());
      if (row === undefined) return null;
      const { key_proof: keyProof, sealed_id_token: sealedIdToken } = row;
      return { session: toSession(row), secrets: { tokenSha256, keyProof, sealedIdToken } };
    },

    async touchSession(sessionId, nowMs) {
      await run(() =>
        db
          .updateTable("web_sessions")
          .set({ seen_at_ms: nowMs })
          .where("id", "=", sessionId)
          .where("seen_at_ms", "<", nowMs)
          .execute(),
      );
    },

    async listSessions(personId, limit, lookup) {
      const rows = await run(() => {
        const all = live(lookup).orderBy("seen_at_ms", "desc").orderBy("web_sessions.id").limit(limit);
        return (personId === null ? all : all.where("person_id", "=", personId)).execute();
      });
      return rows.map(toSession);
    },

    async endSession(sessionId, personId) {
      const ended = await run(() => {
        const one = db.deleteFrom("web_sessions").where("id", "=", sessionId).returning("id");
        return (personId === null ? one : one.where("person_id", "=", personId)).execute();
      });
      return ended.length > 0;
    },

    async endSessions(personId) {
      const ended = await run(() => {
        const all = db.deleteFrom("web_sessions").returning("id");
        return (personId === null ? all : all.where("person_id", "=", personId)).execute();
      });
      return ended.length;
    },

    async forgetSessions({ nowMs, idleMs }) {
      await run(() =>
        db
          .deleteFrom("web_sessions")
          .where((of) => of.or([of("expires_at_ms", "<=", nowMs), of("seen_at_ms", "<=", nowMs - idleMs)]))
          .execute(),
      );
    },
  };
}

const toSession = (row: Tables["web_sessions"]): WebSession => ({
  id: row.id,
  personId: row.person_id,
  issuer: row.issuer,
  name: row.name,
  scopes: readJson(z.array(Scope), row.scopes, `the scopes of session ${row.id}`),
  client: row.client,
  createdAtMs: row.created_at_ms,
  seenAtMs: row.seen_at_ms,
  expiresAtMs: row.expires_at_ms,
});
