import { describe, expect, it } from "vitest";
import { sqlAnalysisStore } from "../../../src/connectors/sql/analysis-store.ts";
import { sqlChatThreadStore } from "../../../src/connectors/sql/chat-threads.ts";
import { sqlServiceStore } from "../../../src/connectors/sql/service-store.ts";
import type { ServiceStore } from "../../../src/domain/service-store.ts";
import { anIncident } from "../../fakes.ts";
import { DATABASES } from "./databases.ts";
import { deliver, fires, isOver, newId } from "./deliver.ts";

const ended = {
  status: "done",
  why: null,
  dead: false,
  nowMs: 20_000,
  events: [{ type: "final", data: { status: "done" } }],
} as const;
const request = { requestedBy: "kim", idempotencyKey: null, force: false, nowMs: 100, maxQueued: 1_000 };

async function* bytes(...pieces: (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

describe.each(DATABASES)("the service store in $dialect", ({ newPlace, openSql }) => {
  const open = async (at?: string): Promise<ServiceStore> => sqlServiceStore(await openSql(at ?? (await newPlace())));

  it("opens an incident with the first alert of a group, queues its analysis once, and closes it with the last", async () => {
    const store = await open();
    const first = await deliver(store, "d1", [fires()]);
    expect(first).toMatchObject({
      opened: 1,
      queued: [expect.any(String)],
      answer: { accepted: 1, duplicates: 0, repeated: false },
    });
    const [id = ""] = first.answer.incidentIds;
    const joined = await deliver(store, "d2", [fires(), fires({ fingerprint: "f2", severity: "critical" })]);
    expect(joined).toMatchObject({ opened: 0, queued: [], answer: { incidentIds: [id], accepted: 1, duplicates: 1 } });
    expect((await store.findIncident(id))?.known).toMatchObject({
      status: "open",
      severity: "critical",
      origin: "alerts",
      alarmAtMs: 1_000,
      title: "HighLatency on orders",
    });
    await deliver(store, "d3", [isOver()]);
    expect((await store.findIncident(id))?.known.status).toBe("open");
    const last = await deliver(store, "d4", [isOver({ fingerprint: "f2" })]);
    expect(last).toMatchObject({ closed: 1, cancelled: first.queued });
    expect((await store.findIncident(id))?.known).toMatchObject({ status: "closed", closedAtMs: 5_000 });
    expect(await store.findSummary(first.queued[0] ?? "")).toMatchObject({
      status: "failed",
      why: expect.stringMatching(/^cancelled: .*resolved/),
    });
    expect(await store.begin(first.queued[0] ?? "", 1)).toBeNull();
  });

  it("repeats the answer to a repeated delivery, and changes nothing", async () => {
    const store = await open();
    const first = await deliver(store, "d1", [fires()]);
    await deliver(store, "d2", [isOver()]);
    const again = await deliver(store, "d1", [fires()]);
    expect(again).toEqual({
      answer: { ...first.answer, repeated: true },
      queued: [],
      cancelled: [],
      opened: 0,
      closed: 0,
      heldBack: [],
    });
    expect((await store.findIncident(first.answer.incidentIds[0] ?? ""))?.known.status).toBe("closed");
  });

  it("names the incident of repeated alerts", async () => {
    const store = await open();
    const first = await deliver(store, "d1", [fires()]);
    expect((await deliver(store, "d2", [fires()])).answer).toEqual({
      incidentIds: first.answer.incidentIds,
      accepted: 0,
      duplicates: 1,
      repeated: false,
      notInvestigated: [],
    });
  });

  it("puts each of many concurrent deliveries into exactly one incident", async () => {
    const at = await newPlace();
    const stores = await Promise.all([open(at), open(at), open(at)]);
    const sent = Array.from({ length: 60 }, (_, i) => ({
      id: `d${i % 50}`,
      groupKey: `g${i % 10}`,
      fingerprint: `f${i % 20}`,
    }));
    const answers = await Promise.all(
      sent.map(({ id, groupKey, fingerprint }, i) =>
        deliver(stores[i % 3] as ServiceStore, id, [fires({ fingerprint })], { groupKey }),
      ),
    );
    expect(answers.every(({ answer }) => answer.incidentIds.length === 1)).toBe(true);
    const byGroup = Map.groupBy(answers, (_, i) => sent[i]?.groupKey);
    for (const [, own] of byGroup) expect(new Set(own.flatMap(({ answer }) => answer.incidentIds)).size).toBe(1);
    expect(answers.flatMap(({ queued }) => queued)).toHaveLength(10);
    expect(await stores[0]?.listIncidents({ limit: 100, after: null })).toHaveLength(10);
  });

  it("accepts names of any length and characters, hashed if too long", async () => {
    const store = await open();
    const longGroup = { groupKey: `alertmanager:${"gäß✓'\"; drop table alerts --".repeat(400)}` };
    const alerts = ["x".repeat(5_000), "__proto__", "' or 1=1", "\ud800"].map((fingerprint) =>
      fires({ fingerprint, labels: { [fingerprint.slice(0, 50)]: "1" } }),
    );
    const { answer } = await deliver(store, "d1", alerts, longGroup);
    expect(answer).toMatchObject({ accepted: 4, incidentIds: [expect.any(String)] });
    expect((await deliver(store, "d2", alerts, longGroup)).answer).toEqual({
      incidentIds: answer.incidentIds,
      accepted: 0,
      duplicates: 4,
      repeated: false,
      notInvestigated: [],
    });
  });

  it("refuses a whole delivery when the queue is full, so that its sender retries", async () => {
    const store = await open();
    await deliver(store, "d1", [fires()], { groupKey: "a" });
    await expect(
      deliver(store, "d2", [fires({ fingerprint: "f2" })], { groupKey: "b", maxQueued: 1 }),
    ).rejects.toMatchObject({
      code: "BUSY",
      retryAfterMs: expect.any(Number),
    });
    expect(await store.listIncidents({ limit: 10, after: null })).toHaveLength(1);
    expect((await deliver(store, "d2", [fires()], { groupKey: "b" })).answer.repeated).toBe(false);
  });

  it("accepts thousands of alerts in one delivery, and an empty delivery", async () => {
    const store = await open();
    const many = Array.from({ length: 3_000 }, (_, i) => fires({ fingerprint: `f${i}`, startsAtMs: 1_000 + i }));
    const { answer } = await deliver(store, "d1", many);
    expect(answer.accepted).toBe(3_000);
    const { alerts, count } = await store.listAlerts(answer.incidentIds[0] ?? "", 10);
    expect([alerts.length, alerts[0]?.fingerprint, count]).toEqual([10, "f2999", 3_000]);
    expect((await deliver(store, "d2", [])).answer).toEqual({
      incidentIds: [],
      accepted: 0,
      duplicates: 0,
      repeated: false,
      notInvestigated: [],
    });
  });

  it("lists incidents by page, newest first, and finds an incident again by its idempotency key", async () => {
    const store = await open();
    for (const [id, nowMs] of [
      ["a", 1],
      ["b", 2],
      ["c", 2],
    ] as const)
      await store.addIncident(anIncident({ id }), { severity: null, idempotencyKey: `key-${id}`, nowMs });
    const first = await store.listIncidents({ limit: 2, after: null });
    expect(first.map(({ id }) => id)).toEqual(["c", "b"]);
    expect((await store.listIncidents({ limit: 2, after: { openedAtMs: 2, id: "b" } })).map(({ id }) => id)).toEqual([
      "a",
    ]);
    expect(
      await store.addIncident(anIncident({ id: "other" }), { severity: null, idempotencyKey: "key-a", nowMs: 5 }),
    ).toMatchObject({ created: false, incident: { id: "a" } });
    await expect(
      store.addIncident(anIncident({ id: "x", title: "else" }), { severity: null, idempotencyKey: "key-a", nowMs: 5 }),
    ).rejects.toMatchObject({ code: "REJECTED" });
    await expect(
      store.addIncident(anIncident({ id: "a" }), { severity: null, idempotencyKey: null, nowMs: 5 }),
    ).rejects.toMatchObject({ code: "REJECTED" });
  });

  it("queues one analysis of an incident at a time, and one for each idempotency key", async () => {
    const at = await newPlace();
    const [store, other] = await Promise.all([open(at), open(at)]);
    const submitted = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        (i % 2 ? store : other).submit({ ...request, incidentId: "inc", analysisId: newId("an") }),
      ),
    );
    expect(submitted.filter(({ created }) => created)).toHaveLength(1);
    const [{ analysisId } = { analysisId: "" }] = submitted;
    await store.begin(analysisId, 1);
    expect(await store.submit({ ...request, incidentId: "inc", analysisId: newId("an"), force: true })).toEqual({
      analysisId,
      created: false,
    });
    await store.finish(analysisId, ended);
    expect(await store.submit({ ...request, incidentId: "inc", analysisId: newId("an") })).toEqual({
      analysisId,
      created: false,
    });
    const next = await store.submit({
      ...request,
      incidentId: "inc",
      analysisId: newId("an"),
      idempotencyKey: "k",
      force: true,
    });
    expect(next.created).toBe(true);
    await store.begin(next.analysisId, 1);
    await store.finish(next.analysisId, ended);
    expect(await store.submit({ ...request, incidentId: "inc", analysisId: newId("an"), idempotencyKey: "k" })).toEqual(
      {
        analysisId: next.analysisId,
        created: false,
      },
    );
    await expect(
      store.submit({ ...request, incidentId: "another", analysisId: newId("an"), idempotencyKey: "k" }),
    ).rejects.toMatchObject({ code: "REJECTED" });
    await store.submit({ ...request, incidentId: "third", analysisId: newId("an") });
    await expect(
      store.submit({ ...request, incidentId: "fourth", analysisId: newId("an"), maxQueued: 1 }),
    ).rejects.toMatchObject({ code: "BUSY" });
  });

  it("queues a new analysis when the running one has read less than there is now", async () => {
    const store = await open();
    const first = await deliver(store, "d1", [fires()]);
    const [incidentId = "", analysisId = ""] = [first.answer.incidentIds[0], first.queued[0]];
    await store.begin(analysisId, 1);
    expect(await store.submit({ ...request, incidentId, analysisId: newId("an") })).toEqual({
      analysisId,
      created: false,
    });
    await deliver(store, "d2", [fires({ fingerprint: "f2" })]);
    expect((await store.submit({ ...request, incidentId, analysisId: newId("an") })).created).toBe(true);
  });

  it("returns the finished analysis until there is a new log or note", async () => {
    const at = await newPlace();
    const [store, threads] = [await open(at), sqlChatThreadStore(await openSql(at))];
    const submit = (): Promise<{ analysisId: string; created: boolean }> =>
      store.submit({ ...request, incidentId: "recorded", analysisId: newId("an") });
    const analyse = async (): Promise<void> => {
      const { analysisId, created } = await submit();
      await store.begin(analysisId, 1);
      await store.finish(analysisId, ended);
      expect([created, await submit()]).toEqual([true, { analysisId, created: false }]);
    };
    await analyse();
    await store.addUpload(
      "recorded",
      { id: "up-1", name: "app.log", framing: "raw", uploadedAtMs: 5 },
      bytes("a line"),
      { maxBytes: 100, maxUploads: 2 },
    );
    await analyse();
    await threads.addNote({ id: "n1", incidentId: "recorded", by: "kim", text: "the disk was full", atMs: 6 });
    await analyse();
  });

  it("continues a begun analysis after its incident is resolved, and counts only what it has read", async () => {
    const store = await open();
    const {
      queued: [analysisId = ""],
      answer: {
        incidentIds: [incidentId = ""],
      },
    } = await deliver(store, "d1", [fires()]);
    await store.begin(analysisId, 1);
    await store.putBack(analysisId, null);
    expect(await store.submit({ ...request, incidentId, analysisId: newId("an") })).toEqual({
      analysisId,
      created: false,
    });
    expect(await deliver(store, "d2", [isOver()])).toMatchObject({ closed: 1, cancelled: [] });
    expect(await store.begin(analysisId, 2)).toMatchObject({ attempts: 2 });
    expect((await store.submit({ ...request, incidentId, analysisId: newId("an") })).created).toBe(true);
  });

  it("counts an analysis of the command line as running only while a process holds its lease", async () => {
    const at = await newPlace();
    const [store, analyses] = [await open(at), sqlAnalysisStore(await openSql(at))];
    await analyses.createAnalysis({ id: "by-hand", incidentId: "recorded", status: "running", startedAtMs: 50 });
    await analyses.takeLease("by-hand", { owner: "a process", untilMs: 1_000 }, 50);
    expect(await store.submit({ ...request, incidentId: "recorded", analysisId: newId("an"), force: true })).toEqual({
      analysisId: "by-hand",
      created: false,
    });
    expect(
      (await store.submit({ ...request, incidentId: "recorded", analysisId: newId("an"), nowMs: 2_000 })).created,
    ).toBe(true);
  });

  it("continues a group in the incident that its own was merged into", async () => {
    const store = await open();
    const {
      answer: {
        incidentIds: [kept = ""],
      },
    } = await deliver(store, "d1", [fires({ fingerprint: "a1" })], { groupKey: "a" });
    await deliver(store, "d2", [fires({ fingerprint: "b1", startsAtMs: 2_000 })], { groupKey: "b" });
    expect(
      (await deliver(store, "d3", [fires({ fingerprint: "c1", startsAtMs: 3_000 })], { groupKey: null })).answer
        .incidentIds,
    ).toEqual([kept]);
    expect(
      await deliver(store, "d4", [fires({ fingerprint: "b2", startsAtMs: 4_000 })], { groupKey: "b" }),
    ).toMatchObject({ opened: 0, answer: { incidentIds: [kept] } });
  });

  it("either begins or cancels an analysis, and never closes an incident with a firing alert, under concurrency", async () => {
    const at = await newPlace();
    const [store, other] = await Promise.all([open(at), open(at)]);
    for (let n = 0; n < 5; n += 1) {
      const own = { entity: `service-${n}`, labels: { service: `service-${n}` } };
      const {
        queued: [analysisId = ""],
      } = await deliver(store, `first ${n}`, [fires({ ...own, fingerprint: `a${n}` })], { groupKey: `g${n}` });
      const [begun] = await Promise.all([
        other.begin(analysisId, 1),
        deliver(store, `over ${n}`, [isOver({ ...own, fingerprint: `a${n}` })], { groupKey: `g${n}` }),
        deliver(other, `more ${n}`, [fires({ ...own, fingerprint: `b${n}`, startsAtMs: 2_000 })], { groupKey: null }),
      ]);
      expect(await store.findSummary(analysisId)).toMatchObject(
        begun === null ? { status: "failed", attempts: 0 } : { status: "running", finishedAtMs: null },
      );
    }
    for (const { id, status } of await store.listIncidents({ limit: 50, after: null })) {
      const { alerts } = await store.listAlerts(id, 10);
      expect({ id, status, fires: alerts.some((alert) => alert.status === "firing") }).not.toMatchObject({
        status: "closed",
        fires: true,
      });
    }
  });

  it("records the end of an analysis once, whichever process reports it", async () => {
    const at = await newPlace();
    const [store, other] = await Promise.all([open(at), open(at)]);
    const { analysisId } = await store.submit({ ...request, incidentId: "inc", analysisId: newId("an") });
    expect(await store.begin(analysisId, 200)).toEqual({ incidentId: "inc", attempts: 1, finished: false });
    await store.addProgress(analysisId, [{ atMs: 1, type: "node_started", data: { node: "load-incident" } }]);
    expect(await other.begin(analysisId, 300)).toMatchObject({ attempts: 2 });
    const finished = await Promise.all([store.finish(analysisId, ended), other.finish(analysisId, ended)]);
    expect(finished.toSorted()).toEqual([false, true]);
    expect((await store.listProgress(analysisId, 0)).map(({ id, type }) => [id, type])).toEqual([
      [1, "node_started"],
      [2, "final"],
    ]);
    expect(await store.listProgress(analysisId, 1)).toMatchObject([{ id: 2, atMs: 20_000, data: { status: "done" } }]);
    expect(await store.findSummary(analysisId)).toEqual({
      id: analysisId,
      incidentId: "inc",
      status: "done",
      why: null,
      requestedBy: "kim",
      requestedAtMs: 100,
      startedAtMs: 200,
      finishedAtMs: 20_000,
      attempts: 2,
    });
    expect(await store.begin(analysisId, 400)).toBeNull();
    expect(await store.unfinished(10)).toEqual([]);
  });

  it("keeps an analysis done when a person decides before its worker reports that it waits", async () => {
    const sql = await openSql(await newPlace());
    const store = sqlServiceStore(sql);
    const { analysisId } = await store.submit({ ...request, incidentId: "inc", analysisId: newId("an") });
    await store.begin(analysisId, 1);
    await sqlAnalysisStore(sql).setStatus(analysisId, "done");
    expect(await store.finish(analysisId, { ...ended, status: "waiting_for_review" })).toBe(true);
    expect(await store.findSummary(analysisId)).toMatchObject({ status: "done" });
  });

  it("lists dead letters, and queues one again on request", async () => {
    const store = await open();
    const { analysisId } = await store.submit({ ...request, incidentId: "inc", analysisId: newId("an") });
    await store.begin(analysisId, 1);
    await store.putBack(analysisId, "the store was away");
    expect(await store.findSummary(analysisId)).toMatchObject({ status: "queued", why: "the store was away" });
    expect(await store.revive(analysisId, 2)).toBe(false);
    await store.begin(analysisId, 3);
    await store.finish(analysisId, { ...ended, status: "failed", why: "hopeless", dead: true });
    expect(await store.deadLetters(10)).toEqual([
      { analysisId, incidentId: "inc", why: "hopeless", attempts: 2, failedAtMs: 20_000 },
    ]);
    expect(await store.revive(analysisId, 4)).toBe(true);
    expect([await store.deadLetters(10), await store.unfinished(10), await store.countQueued()]).toEqual([
      [],
      [analysisId],
      1,
    ]);
  });

  it("stores only the hash of an API key, and finds the key by it", async () => {
    const store = await open();
    const key = { id: "key-1", name: "ci", scopes: ["read" as const], createdAtMs: 1, revokedAtMs: null };
    await store.addKey(key, "a".repeat(64));
    expect([await store.findKey("a".repeat(64)), await store.findKey("b".repeat(64))]).toEqual([key, null]);
    expect([await store.revokeKey("key-1", 7), await store.revokeKey("key-1", 8)]).toEqual([true, false]);
    expect(await store.listKeys()).toEqual([{ ...key, revokedAtMs: 7 }]);
  });

  it("keeps uploads byte for byte, and nothing of one that is too large or interrupted", async () => {
    const store = await open();
    const caps = { maxBytes: 1_000_000, maxUploads: 2 };
    const upload = { id: "up-1", name: "app.log", framing: "raw" as const, uploadedAtMs: 5 };
    const whole = Buffer.alloc(700_000, "a line of a log\n");
    const kept = await store.addUpload(
      "inc",
      upload,
      bytes(whole.subarray(0, 10), whole.subarray(10, 600_000), whole.subarray(600_000)),
      caps,
    );
    expect(kept).toMatchObject({ bytes: 700_000, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const read: Uint8Array[] = [];
    for await (const chunk of store.readUpload("up-1")) read.push(chunk);
    expect(Buffer.concat(read).equals(whole)).toBe(true);
    await expect(store.addUpload("inc", { ...upload, id: "up-2" }, bytes(whole, whole), caps)).rejects.toMatchObject({
      code: "BAD_INPUT",
    });
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("half");
      throw new Error("the sender left");
    }
    await expect(store.addUpload("inc", { ...upload, id: "up-3" }, breaking(), caps)).rejects.toThrow(
      "the sender left",
    );
    expect(await store.listUploads("inc")).toEqual([kept]);
    await store.addUpload("inc", { ...upload, id: "up-4" }, bytes("x"), caps);
    await expect(store.addUpload("inc", { ...upload, id: "up-5" }, bytes("x"), caps)).rejects.toMatchObject({
      code: "BAD_INPUT",
    });
  });

  it("keeps a repeated upload once", async () => {
    const store = await open();
    const send = (id: string, upload: { name?: string; text?: string } = {}) =>
      store.addUpload(
        "inc",
        { id, name: upload.name ?? "app.log", framing: "raw", uploadedAtMs: Number(id) },
        bytes(upload.text ?? "a line\n"),
        { maxBytes: 100, maxUploads: 9 },
      );
    const first = await send("1");
    expect(await send("2")).toEqual(first);
    expect(await Promise.all([send("3", { name: "other.log" }), send("4", { text: "another line\n" })])).toMatchObject([
      { id: "3" },
      { id: "4" },
    ]);
    expect((await store.listUploads("inc")).map(({ id }) => id)).toEqual(["1", "3", "4"]);
    const read: Uint8Array[] = [];
    for await (const chunk of store.readUpload("1")) read.push(chunk);
    expect(Buffer.concat(read).toString()).toBe("a line\n");
  });

  it("deletes old deliveries, and keeps newer ones", async () => {
    const store = await open();
    await deliver(store, "d1", [fires()], { nowMs: 1_000 });
    await deliver(store, "d2", [fires({ fingerprint: "f2" })], { nowMs: 9_000 });
    await store.forget(5_000);
    const [old, late] = [await deliver(store, "d1", [fires()]), await deliver(store, "d2", [fires()])];
    expect([old.answer.repeated, late.answer.repeated]).toEqual([false, true]);
  });
});
