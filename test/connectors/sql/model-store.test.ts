import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { sqlModelStore } from "../../../src/connectors/sql/model-store.ts";
import type { SqlDatabase } from "../../../src/connectors/sql/tables.ts";
import type { ModelReply } from "../../../src/domain/chat-model.ts";
import type { KeptReply, ModelReservation } from "../../../src/domain/model-store.ts";
import { aCall, caps } from "../../llm/model-fixtures.ts";
import { DATABASES } from "./databases.ts";

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 30, 12);

const reservation = (fields: Partial<ModelReservation> = {}): ModelReservation => ({
  id: "S1",
  context: { analysisId: "A1", incidentId: "I1" },
  atMs: NOON,
  untilMs: NOON + 60_000,
  amount: { calls: 1, tokens: 100, usd: 0.01 },
  ...fields,
});
const reply = (text: string): ModelReply => ({
  text,
  calls: [{ id: "t1", name: "look", input: { entity: "orders" } }],
  use: { inputTokens: 9, outputTokens: 1 },
  model: "small-1",
  finish: "stop",
  firstTokenMs: 3,
  totalMs: 5,
  cached: false,
});
const kept = (fields: Partial<KeptReply> & { text?: string } = {}): KeptReply => {
  const { text = "yes", ...others } = fields;
  return { key: "k1", atMs: NOON, reply: reply(text), frame: null, vector: null, ...others };
};
const ROOMY = { maxAgeMs: DAY_MS, maxBytes: 1e6 };

describe.each(DATABASES)("models in $dialect", ({ newPlace, openSql }) => {
  let shared: Promise<SqlDatabase> | undefined; // a new database for each test takes longer than the test
  afterAll(async () => (await shared)?.close());
  /** An empty store, or that at a place. */
  const open = async (at?: string) => {
    if (at !== undefined) {
      const sql = await openSql(at);
      onTestFinished(() => sql.close());
      return sqlModelStore(sql);
    }
    const sql = await (shared ??= newPlace().then(openSql));
    for (const table of ["model_calls", "model_replies", "model_spend"] as const)
      await sql.run(() => sql.db.deleteFrom(table).execute());
    return sqlModelStore(sql);
  };

  it("keeps a call as it is, and replaces one with the same id", async () => {
    const store = await open();
    await store.putCall(aCall({ error: "UNFINISHED" }));
    const whole = aCall({ costUsd: 0.000_123_4, verdict: "unjudged" });
    await store.putCall(whole);
    expect(await store.listCalls({}, { after: null, limit: 10 })).toEqual([whole]);
  });

  it("judges a call once it is known, and changes nothing else of it", async () => {
    const store = await open();
    const judgement = { verdict: "partial", claims: 4, unsupportedClaims: 1 } as const;
    expect(await store.judgeCall("C1", judgement)).toBe(false);
    await store.putCall(aCall({ verdict: "unjudged" }));
    expect(await store.judgeCall("C1", judgement)).toBe(true);
    expect(await store.listCalls({}, { after: null, limit: 10 })).toEqual([aCall(judgement)]);
  });

  it("lists calls oldest first, page by page, within times and of one analysis", async () => {
    const store = await open();
    const calls = [5, 3, 3, 9, 1].map((atMs, i) => aCall({ id: `C${i}`, atMs, analysisId: i % 2 ? "A2" : "A1" }));
    for (const call of calls) await store.putCall(call);
    const ids = async (filter: Parameters<typeof store.listCalls>[0]) =>
      (await store.listCalls(filter, { after: null, limit: 10 })).map(({ id }) => id);
    expect(await ids({})).toEqual(["C4", "C1", "C2", "C0", "C3"]);
    expect(await ids({ sinceMs: 3, untilMs: 5 })).toEqual(["C1", "C2", "C0"]);
    expect(await ids({ analysisId: "A2" })).toEqual(["C1", "C3"]);
    const next = await store.listCalls({}, { after: { atMs: 3, id: "C1" }, limit: 2 });
    expect(next.map(({ id }) => id)).toEqual(["C2", "C0"]);
  });

  it("reserves up to a cap and refuses the next call, naming the cap and what is used", async () => {
    const store = await open();
    const limits = caps({ analysis: { tokens: 250 } });
    expect(await store.reserve(reservation(), limits)).toEqual({ refusedBy: null, near: [] });
    expect(await store.reserve(reservation({ id: "S2" }), limits)).toEqual({
      refusedBy: null,
      near: [{ scope: "analysis", unit: "tokens", limit: 250, used: 200 }],
    });
    const { refusedBy } = await store.reserve(reservation({ id: "S3" }), limits);
    expect(refusedBy).toEqual({ scope: "analysis", unit: "tokens", limit: 250, used: 200 });
    const other = { analysisId: "A2", incidentId: "I1" };
    expect((await store.reserve(reservation({ id: "S4", context: other }), limits)).refusedBy).toBeNull();
  });

  it("counts what was used in place of what was reserved", async () => {
    const store = await open();
    const limits = caps({ incident: { tokens: 100, calls: 5, usd: 1 } });
    await store.reserve(reservation(), limits);
    await store.settle("S1", { calls: 1, tokens: 7, usd: 0.25 });
    const uses = await store.capUses(reservation().context, limits, NOON + DAY_MS);
    expect(uses.map(({ unit, used }) => [unit, used])).toEqual([
      ["calls", 1],
      ["tokens", 7],
      ["usd", 0.25],
    ]);
  });

  it("counts a day from midnight to midnight in UTC, over all analyses", async () => {
    const store = await open();
    const limits = caps({ day: { calls: 2 } });
    const at = (id: string, atMs: number) =>
      store.reserve(
        reservation({ id, atMs, untilMs: atMs + 60_000, context: { analysisId: id, incidentId: null } }),
        limits,
      );
    const midnight = Date.UTC(2026, 11, 1);
    await at("S1", midnight - 2);
    await at("S2", midnight - 1);
    expect((await at("S3", midnight - 1)).refusedBy?.scope).toBe("day");
    expect((await at("S4", midnight)).refusedBy).toBeNull();
  });

  it("releases what a process that died had reserved, after its time", async () => {
    const store = await open();
    const limits = caps({ analysis: { calls: 1 } });
    await store.reserve(reservation(), limits);
    expect((await store.reserve(reservation({ id: "S2", atMs: NOON + 59_999 }), limits)).refusedBy).not.toBeNull();
    expect((await store.reserve(reservation({ id: "S3", atMs: NOON + 60_000 }), limits)).refusedBy).toBeNull();
  });

  it("gives the room of a cap away once, however many connections reserve at the same time", async () => {
    const at = await newPlace();
    const stores = [await open(at), await open(at), await open(at)];
    const limits = caps({ day: { calls: 7, tokens: 700 } });
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => stores[i % 3]?.reserve(reservation({ id: `S${i}` }), limits)),
    );
    expect(answers.filter((answer) => answer?.refusedBy === null)).toHaveLength(7);
  });

  it("drops replies by their keys", async () => {
    const store = await open();
    for (const key of ["k1", "k2", "k3"]) await store.keepReply(kept({ key }), ROOMY);
    await store.dropReplies(["k1", "k3", "unknown"]);
    await store.dropReplies([]);
    expect(await Promise.all(["k1", "k2", "k3"].map((key) => store.findReply(key, 0)))).toEqual([
      null,
      reply("yes"),
      null,
    ]);
  });

  it("finds a reply by its key until it is too old", async () => {
    const store = await open();
    await store.keepReply(kept(), ROOMY);
    expect(await store.findReply("k1", NOON)).toEqual(reply("yes"));
    expect(await store.findReply("k1", NOON + 1)).toBeNull();
    expect(await store.findReply("k2", 0)).toBeNull();
  });

  it("deletes replies that are too old, and the oldest of too many bytes", async () => {
    const store = await open();
    await store.keepReply(kept({ key: "old", atMs: NOON - DAY_MS - 1 }), ROOMY);
    await store.keepReply(kept({ key: "k1", atMs: NOON - 1, text: "x".repeat(400) }), ROOMY);
    await store.keepReply(kept({ key: "k2", text: "y".repeat(400) }), { ...ROOMY, maxBytes: 1_300 });
    const found = async () =>
      Promise.all(["old", "k1", "k2"].map(async (key) => (await store.findReply(key, 0)) !== null));
    expect(await found()).toEqual([false, true, true]);
    await store.keepReply(kept({ key: "k3", atMs: NOON + 1 }), { ...ROOMY, maxBytes: 1_000 });
    expect(await found()).toEqual([false, false, true]);
  });

  it("finds replies of one frame with their vectors, the newest first", async () => {
    const store = await open();
    await store.keepReply(kept({ key: "k1", frame: "F", vector: [0.5, -1] }), ROOMY);
    await store.keepReply(kept({ key: "k2", frame: "F", vector: [1, 0], atMs: NOON + 1 }), ROOMY);
    await store.keepReply(kept({ key: "k3", frame: "G", vector: [1, 0] }), ROOMY);
    const found = await store.findFrame("F", 0);
    expect(found.map(({ key, vector }) => [key, vector])).toEqual([
      ["k2", [1, 0]],
      ["k1", [0.5, -1]],
    ]);
  });

  it("forgets calls and amounts of before a time", async () => {
    const store = await open();
    await store.putCall(aCall({ id: "C1", atMs: NOON - 1 }));
    await store.putCall(aCall({ id: "C2", atMs: NOON }));
    await store.reserve(reservation({ atMs: NOON - 1 }), caps());
    await store.settle("S1", { calls: 1, tokens: 5, usd: 0 });
    await store.forgetCalls(NOON);
    expect((await store.listCalls({}, { after: null, limit: 10 })).map(({ id }) => id)).toEqual(["C2"]);
    const [use] = await store.capUses(reservation().context, caps({ analysis: { tokens: 9 } }), NOON);
    expect(use?.used).toBe(0);
  });
});
