import { describe, expect, it } from "vitest";
import { sqlAnalysisStore } from "../../../src/connectors/sql/analysis-store.ts";
import { sqlServiceStore } from "../../../src/connectors/sql/service-store.ts";
import type { AlertManners } from "../../../src/domain/alert-manners.ts";
import type { ServiceStore } from "../../../src/domain/service-store.ts";
import { DATABASES } from "./databases.ts";
import { deliver, fires, isOver } from "./deliver.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const manners = (given: Partial<AlertManners>): AlertManners => ({
  joinMs: 30 * MINUTE,
  dailyCap: null,
  minSeverity: "low",
  ...given,
});
const only = (ids: readonly string[]): string => ids[0] ?? "";
const end = (store: ServiceStore, analysisId: string, nowMs: number): Promise<boolean> =>
  store.finish(analysisId, { status: "done", why: null, dead: false, nowMs, events: [] });

describe.each(DATABASES)("the manners about alerts in $dialect", ({ newPlace, openSql }) => {
  const open = async (): Promise<ServiceStore> => sqlServiceStore(await openSql(await newPlace()));

  it("join an alert that another sender or group reported, and close the incident with either", async () => {
    const store = await open();
    const pulled = await deliver(store, "d1", [fires()], { groupKey: null });
    const posted = await deliver(store, "d2", [fires()], { groupKey: "alertmanager:a" });
    const other = await deliver(store, "d3", [fires()], { groupKey: "alertmanager:b" });
    expect(pulled).toMatchObject({ opened: 1, queued: [expect.any(String)] });
    for (const { opened, queued, answer } of [posted, other])
      expect({ opened, queued, answer }).toEqual({
        opened: 0,
        queued: [],
        answer: { ...pulled.answer, accepted: 0, duplicates: 1 },
      });
    await deliver(store, "d4", [isOver()], { groupKey: "alertmanager:b" });
    expect((await store.findIncident(only(pulled.answer.incidentIds)))?.known.status).toBe("closed");
  });

  it("put the other alerts of such a group into that incident too", async () => {
    const store = await open();
    const pulled = await deliver(store, "d1", [fires()], { groupKey: null });
    const group = await deliver(store, "d2", [fires(), fires({ fingerprint: "f2", name: "HighErrorRate" })], {
      groupKey: "alertmanager:a",
    });
    expect(group).toMatchObject({
      opened: 0,
      queued: [],
      answer: { incidentIds: pulled.answer.incidentIds, accepted: 1, duplicates: 1 },
    });
  });

  it("keep two alerts apart that only have the same number, and an alert that fires again much later", async () => {
    const store = await open();
    const first = await deliver(store, "d1", [fires({ fingerprint: "1" })], { groupKey: "a" });
    const numbered = await deliver(store, "d2", [fires({ fingerprint: "1", entity: "stock" })], { groupKey: "b" });
    const later = await deliver(store, "d3", [fires({ fingerprint: "1", startsAtMs: 2 * HOUR })], { groupKey: "c" });
    expect([first, numbered, later].map(({ opened }) => opened)).toEqual([1, 1, 1]);
  });

  it("investigate an alert anew only if it fires again more than half an hour after the last investigation", async () => {
    const store = await open();
    const first = await deliver(store, "d1", [fires({ startsAtMs: 0 })], { nowMs: 0 });
    const [analysisId = ""] = first.queued;
    await store.begin(analysisId, 1);
    await end(store, analysisId, MINUTE);
    const over = (name: string, startsAtMs: number, endsAtMs: number) =>
      deliver(store, name, [isOver({ startsAtMs, endsAtMs })], { nowMs: endsAtMs });
    const again = (name: string, startsAtMs: number) =>
      deliver(store, name, [fires({ startsAtMs })], { nowMs: startsAtMs });
    await over("over 1", 0, 10 * MINUTE);
    const soon = await again("again 1", 20 * MINUTE);
    await over("over 2", 20 * MINUTE, 39 * MINUTE);
    const later = await again("again 2", 40 * MINUTE);
    expect(soon).toMatchObject({ opened: 0, queued: [], answer: { incidentIds: first.answer.incidentIds } });
    expect(later).toMatchObject({
      opened: 0,
      queued: [expect.any(String)],
      answer: { incidentIds: first.answer.incidentIds },
    });
  });

  it("investigate an incident again whose analysis by a command was killed", async () => {
    const at = await newPlace();
    const [store, analyses] = [sqlServiceStore(await openSql(at)), sqlAnalysisStore(await openSql(at))];
    const pulled = await deliver(store, "d1", [fires()], { groupKey: null, investigates: false });
    const incidentId = only(pulled.answer.incidentIds);
    await analyses.createAnalysis({ id: "by-hand", incidentId, status: "running", startedAtMs: 9_000 });
    await analyses.takeLease("by-hand", { owner: "a process", untilMs: 70_000 }, 9_000);
    const meanwhile = await deliver(store, "d2", [fires()], { nowMs: 60_000 });
    const afterwards = await deliver(store, "d3", [fires()], { groupKey: "alertmanager:b", nowMs: 70_001 });
    expect([meanwhile.queued, afterwards.queued]).toEqual([[], [expect.any(String)]]);
  });

  it("list an incident below the severity floor, say why, and investigate it once it is worse", async () => {
    const store = await open();
    const floor = { manners: manners({ minSeverity: "high" }) };
    const mild = await deliver(store, "d1", [fires({ severity: "warning" })], floor);
    const id = only(mild.answer.incidentIds);
    const held = {
      reason: "severity_floor",
      why: "its severity is warning; alerts start an investigation from high on",
    };
    expect(mild).toMatchObject({
      opened: 1,
      queued: [],
      heldBack: ["severity_floor"],
      answer: { notInvestigated: [{ incidentId: id, ...held }] },
    });
    expect((await store.findIncident(id))?.known.notInvestigated).toEqual(held);
    const more = await deliver(store, "d2", [fires({ fingerprint: "f2" })], floor);
    expect(more.heldBack).toEqual([]);
    const worse = await deliver(store, "d3", [fires({ severity: "critical" })], floor);
    expect(worse).toMatchObject({ queued: [expect.any(String)], heldBack: [], answer: { notInvestigated: [] } });
    expect((await store.findIncident(id))?.known.notInvestigated).toBeNull();
  });

  it("start at most so many investigations a day, and more on request", async () => {
    const store = await open();
    const capped = (name: string, nowMs: number) =>
      deliver(store, name, [fires({ fingerprint: name, startsAtMs: nowMs })], {
        groupKey: name,
        nowMs,
        manners: manners({ dailyCap: 2 }),
      });
    const first = await capped("a", 0);
    await store.begin(only(first.queued), 1);
    await capped("b", HOUR);
    const third = await capped("c", 2 * HOUR);
    const id = only(third.answer.incidentIds);
    expect(third).toMatchObject({ opened: 1, queued: [], heldBack: ["daily_cap"] });
    expect(third.answer.notInvestigated).toEqual([
      {
        incidentId: id,
        reason: "daily_cap",
        why: "alerts started 2 investigations in the last 24 hours, and 2 are allowed",
      },
    ]);
    const request = { requestedBy: "kim", idempotencyKey: null, force: false, nowMs: 3 * HOUR, maxQueued: 10 };
    expect(await store.submit({ incidentId: id, analysisId: "an-1", ...request })).toMatchObject({ created: true });
    expect((await store.findIncident(id))?.known.notInvestigated).toBeNull();
    expect((await capped("d", 24 * HOUR + 1)).queued).toHaveLength(1);
  });

  it("start no investigation where a person investigates right away, even with a full queue", async () => {
    const store = await open();
    const byHand = await deliver(store, "d1", [fires()], { groupKey: null, investigates: false, maxQueued: 0 });
    expect(byHand).toMatchObject({ opened: 1, queued: [], heldBack: [], answer: { notInvestigated: [] } });
  });

  it("start no more investigations than the daily cap although processes count at the same time", async () => {
    const place = await newPlace();
    const stores = await Promise.all([1, 2, 3].map(async () => sqlServiceStore(await openSql(place))));
    const groups = Array.from({ length: 12 }, (_, at) => `g${at}`);
    const outcomes = await Promise.all(
      groups.map(async (group, at) =>
        deliver(stores[at % stores.length] ?? (await open()), group, [fires({ fingerprint: group, entity: group })], {
          groupKey: group,
          manners: manners({ dailyCap: 5 }),
        }),
      ),
    );
    expect(outcomes.flatMap(({ queued }) => queued)).toHaveLength(5);
    expect(outcomes.flatMap(({ heldBack }) => heldBack)).toEqual(Array.from({ length: 7 }, () => "daily_cap"));
  });
});
