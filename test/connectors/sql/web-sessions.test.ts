import { describe, expect, it, onTestFinished } from "vitest";
import { sqlServiceStore } from "../../../src/connectors/sql/service-store.ts";
import { sqlWebSessionStore } from "../../../src/connectors/sql/web-sessions.ts";
import type { WebSession } from "../../../src/domain/web-session.ts";
import { webSessions } from "../../../src/service/web-sessions.ts";
import { DATABASES } from "./databases.ts";

const aSession = (fields: Partial<WebSession> = {}): WebSession => ({
  id: "ses-1",
  personId: "oidc:ana",
  issuer: "https://login.example",
  name: "Ana",
  scopes: ["read", "approve"],
  client: "Firefox",
  createdAtMs: 1_000,
  seenAtMs: 1_000,
  expiresAtMs: 9_000,
  ...fields,
});
const secrets = (tokenSha256: string) => ({ tokenSha256, keyProof: "p", sealedIdToken: "s" });
const at = (nowMs: number, idleMs = 5_000) => ({ nowMs, idleMs });
const GROUNDS = { configuredKey: null, issuer: "https://login.example" };
const PERSON = {
  personId: "oidc:ana",
  issuer: GROUNDS.issuer,
  name: "Ana",
  scopes: ["read"],
  idToken: "eyJ.x.y",
} as const;

describe.each(DATABASES)("sessions in $dialect", ({ newPlace, openSql }) => {
  const open = async (place?: string) => {
    const sql = await openSql(place ?? (await newPlace()));
    onTestFinished(() => sql.close());
    return { sessions: sqlWebSessionStore(sql), service: sqlServiceStore(sql) };
  };

  it("are found by the hash of their secret until they expire or are idle too long", async () => {
    const { sessions } = await open();
    await sessions.addSession(aSession(), secrets("h1"), 9);
    expect(await sessions.findSession("h1", at(1_500))).toEqual({ session: aSession(), secrets: secrets("h1") });
    expect(await sessions.findSession("h2", at(1_500))).toBeNull();
    expect(await sessions.findSession("h1", at(6_000))).toBeNull();
    await sessions.touchSession("ses-1", 5_000);
    expect((await sessions.findSession("h1", at(6_000)))?.session.seenAtMs).toBe(5_000);
    await sessions.touchSession("ses-1", 4_000);
    expect((await sessions.findSession("h1", at(6_000)))?.session.seenAtMs).toBe(5_000);
    expect(await sessions.findSession("h1", at(9_000, 99_000))).toBeNull();
    await sessions.forgetSessions(at(9_000, 99_000));
    expect(await sessions.listSessions(null, 9, at(1_500))).toEqual([]);
  });

  it("end at once when their key is revoked", async () => {
    const { sessions, service } = await open();
    const key = { id: "key-1", name: "ana", scopes: ["read" as const], createdAtMs: 1, revokedAtMs: null };
    await service.addKey(key, "k1");
    await sessions.addSession(aSession({ personId: "key-1", issuer: null }), secrets("h1"), 9);
    expect(await sessions.findSession("h1", at(1_500))).not.toBeNull();
    await service.revokeKey("key-1", 1_600);
    expect(await sessions.findSession("h1", at(1_700))).toBeNull();
    expect(await sessions.listSessions(null, 9, at(1_700))).toEqual([]);
  });

  it("end for one person or for all, and nobody ends those of others", async () => {
    const { sessions } = await open();
    for (const [id, personId] of [
      ["a", "oidc:ana"],
      ["b", "oidc:bo"],
      ["c", "oidc:bo"],
    ] as const)
      await sessions.addSession(aSession({ id, personId }), secrets(id), 9);
    expect(await sessions.endSession("a", "oidc:bo")).toBe(false);
    expect(await sessions.endSession("a", "oidc:ana")).toBe(true);
    expect(await sessions.endSession("a", null)).toBe(false);
    expect(await sessions.endSessions("oidc:bo")).toBe(2);
    expect(await sessions.endSessions(null)).toBe(0);
  });

  it("are bounded for each person: the oldest end", async () => {
    const { sessions } = await open();
    for (let n = 0; n < 5; n += 1)
      await sessions.addSession(aSession({ id: `s${n}`, createdAtMs: 1_000 + n }), secrets(`h${n}`), 3);
    await sessions.addSession(aSession({ id: "other", personId: "oidc:bo" }), secrets("o"), 3);
    const ids = (await sessions.listSessions(null, 99, at(1_500))).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(["other", "s2", "s3", "s4"]);
  });

  it("are the same for every process that shares the store, and hold neither secret nor ID token in the clear", async () => {
    const place = await newPlace();
    const [one, other] = [await open(place), await open(place)];
    const limits = { idleMs: 5_000, wholeMs: 50_000 };
    const here = webSessions(one.sessions, limits, () => 1_000);
    const there = webSessions(other.sessions, limits, () => 2_000);
    const { token, session } = await here.open(PERSON, { ...GROUNDS, client: "x", earlierToken: null });
    expect((await there.find(token, GROUNDS))?.id).toBe(session.id);
    expect(await there.idTokenOf(token)).toBe("eyJ.x.y");
    expect(await there.find(token, { ...GROUNDS, issuer: "https://other.example" })).toBeNull();
    expect(await there.find(token, { ...GROUNDS, issuer: null })).toBeNull();
    expect(await there.find("not-a-token", GROUNDS)).toBeNull();
    expect(await there.end(session.id, null)).toBe(true);
    expect(await here.find(token, GROUNDS)).toBeNull();
  });
});
