import { cp, rename } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { AlertDelivery, AlertEvent } from "../../src/domain/alert-event.ts";
import { FIXTURES_DIR } from "../../src/host.ts";
import { held } from "../connectors/hostile.ts";
import { newHome, PLACES, serviceAt, eventsOf } from "./services.ts";

const fires = (fields: Partial<AlertEvent> = {}): AlertEvent => ({
  fingerprint: "f1",
  status: "firing",
  severity: "critical",
  entity: "orders",
  name: "HighErrorRate",
  summary: "orders fails",
  startsAtMs: Date.parse("2026-11-01T10:00:00Z"),
  endsAtMs: null,
  labels: { service: "orders" },
  ...fields,
});
const delivery = (...alerts: AlertEvent[]): AlertDelivery => ({
  source: "alertmanager",
  groupKey: "alertmanager:g",
  alerts,
  truncatedAlerts: 0,
});
const receipt = (deliveryId: string) => ({ deliveryId, receivedAtMs: Date.now() });
const request = { idempotencyKey: null, by: "kim" };

async function* bytes(...pieces: (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

describe.each(PLACES)("a service that is $kind", ({ newPlace }) => {
  it("leads from an incident id to a report, an open action, and the decision on it", async () => {
    const service = await serviceAt(await newPlace());
    const { analysisId, created } = await service.submitAnalysis("shop-001", request);
    expect([created, (await service.submitAnalysis("shop-001", request)).analysisId]).toEqual([true, analysisId]);
    const events = await eventsOf(service, analysisId);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => i + 1));
    expect([...new Set(events.map(({ type }) => type))]).toEqual([
      "node_started",
      "evidence",
      "hypothesis",
      "approval_required",
      "final",
    ]);
    expect(await eventsOf(service, analysisId, events.length - 1)).toEqual(events.slice(-1));
    const { status, report, actions, attempts } = await service.getAnalysis(analysisId);
    expect([status, attempts, report?.incident_id]).toEqual(["waiting_for_review", 1, "shop-001"]);
    const actionId = actions[0]?.action.id ?? "";
    const decided = await service.decide({ actionId, decision: "rejected", by: "kim", note: null });
    expect(decided.outcome.status).toBe("done");
    expect((await service.getAnalysis(analysisId)).actions[0]?.decision).toMatchObject({
      decision: "rejected",
      by: "kim",
    });
    expect(await service.recalledIncidents("shop-001")).toEqual(report?.similar);
    expect(
      await service.feedback({ analysisId, outcome: "confirmed", entity: null, cause: null, note: null, by: "kim" }),
    ).toMatchObject({ feedback: { analysisId, outcome: "confirmed" } });
    expect(await service.metrics.registry.metrics()).toMatch(/causeway_investigations_total\{result="root_cause"\} 1/);
    await service.drain();
  });

  it("opens incidents from alerts, analyses them with their alerts and uploads, and closes them", async () => {
    const service = await serviceAt(await newPlace());
    const {
      incidentIds: [incidentId = ""],
    } = await service.acceptAlerts(delivery(fires()), receipt("d1"));
    const {
      analyses: [first],
      alerts,
      status,
    } = await service.getIncident(incidentId);
    expect([status, alerts.map(({ name }) => name)]).toEqual(["open", ["HighErrorRate"]]);
    const events = await eventsOf(service, first?.id ?? "");
    expect(events).toContainEqual(expect.objectContaining({ type: "evidence", data: { source: "alerts", found: 1 } }));

    const log = Array.from({ length: 50 }, (_, i) =>
      JSON.stringify({
        timeUnixNano: `${Date.parse("2026-11-01T10:00:00Z") + i * 1000}000000`,
        service: "orders",
        body: `ERROR connection to db-1 refused after ${i} ms`,
      }),
    ).join("\n");
    const upload = await service.uploadLogs(incidentId, {
      name: "orders.jsonl.gz",
      framing: "jsonl",
      encoding: "gzip",
      content: bytes(gzipSync(`${log}\n`)),
    });
    expect(upload.bytes).toBe(log.length + 1);
    const again = await service.submitAnalysis(incidentId, request);
    expect(again.created).toBe(true);
    expect((await eventsOf(service, again.analysisId)).at(-1)?.type).toBe("final");
    const { report } = await service.getAnalysis(again.analysisId);
    expect(report?.not_checked.map(({ source }) => source)).not.toContain("logs");
    await expect(
      service.uploadLogs(incidentId, { name: "x", framing: "raw", encoding: "gzip", content: bytes("no gzip at all") }),
    ).rejects.toMatchObject({ code: "BAD_INPUT" });

    await service.acceptAlerts(
      delivery(fires({ status: "resolved", endsAtMs: Date.parse("2026-11-01T10:30:00Z") })),
      receipt("d2"),
    );
    expect(await service.getIncident(incidentId)).toMatchObject({
      status: "closed",
      closedAtMs: Date.parse("2026-11-01T10:30:00Z"),
    });
    await service.drain();
  });

  it("lists posted, alerted and recorded incidents page by page, each once", async () => {
    const service = await serviceAt(await newPlace(), 0);
    await service.createIncident({ id: "mine", title: "checkout is slow", severity: null }, request);
    await service.acceptAlerts(delivery(fires()), receipt("d1"));
    const ids: string[] = [];
    for (let cursor: string | null = null, pages = 0; pages < 10; pages += 1) {
      const { items, nextCursor } = await service.listIncidents({ limit: 3, cursor });
      ids.push(...items.map(({ id }) => id));
      if (nextCursor === null) break;
      cursor = nextCursor;
    }
    expect(ids.toSorted()).toEqual(
      ["mine", expect.stringMatching(/^inc-/), ...[1, 2, 3, 4, 5, 6].map((n) => `shop-00${n}`)].toSorted(),
    );
    await expect(service.listIncidents({ limit: 3, cursor: "bm9uZQ" })).rejects.toMatchObject({ code: "BAD_INPUT" });
    await expect(service.createIncident({ id: "shop-001", title: "x", severity: null }, request)).rejects.toMatchObject(
      { code: "REJECTED" },
    );
    await service.drain();
  });

  it("reports unknown ids and invalid input", async () => {
    const service = await serviceAt(await newPlace(), 0);
    const requests = [
      service.getIncident("nope"),
      service.submitAnalysis("nope", request),
      service.getAnalysis("nope"),
      service.recalledIncidents("nope"),
      eventsOf(service, "nope"),
      service.revokeKey("nope"),
    ];
    for (const outcome of await Promise.allSettled(requests))
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "NOT_FOUND" } });
    await expect(service.retry("nope")).rejects.toMatchObject({ code: "REJECTED" });
    const { analysisId } = await service.submitAnalysis("shop-001", request);
    await expect(
      service.feedback({ analysisId, outcome: "wrong", entity: null, cause: null, note: null, by: "kim" }),
    ).rejects.toMatchObject({ code: "REJECTED" });
    await service.drain();
  });

  it("leaves a running analysis when drained, and another process completes it once from the checkpoint", async () => {
    const place = await newPlace();
    const memory = await held();
    const first = await serviceAt({ ...place, QDRANT_URL: memory.url });
    const { analysisId } = await first.submitAnalysis("shop-001", request);
    await memory.requested; // the analysis waits for the memory, however fast this machine is
    const drained = first.drain();
    memory.release();
    await drained;
    await memory.stop();
    const second = await serviceAt(place);
    const events = await eventsOf(second, analysisId);
    expect(events.filter(({ type }) => type === "final")).toHaveLength(1);
    expect(events.filter(({ data }) => data.node === "load-incident")).toHaveLength(1);
    expect(await second.getAnalysis(analysisId)).toMatchObject({ status: "waiting_for_review", attempts: 2 });
    await second.drain();
  });

  it("gives up an analysis that fails, says why, and tries it again on request", async () => {
    const data = newHome();
    await cp(join(FIXTURES_DIR, "cases/shop-006"), join(data, "shop-006"), { recursive: true });
    const place = { ...(await newPlace()), CAUSEWAY_DATA: data };
    const before = await serviceAt(place, 0);
    const { analysisId } = await before.submitAnalysis("shop-006", request);
    await before.drain();
    await rename(join(data, "shop-006"), join(data, ".away"));
    const service = await serviceAt(place);
    expect((await eventsOf(service, analysisId)).at(-1)).toMatchObject({
      type: "error",
      data: { willRetry: false, message: expect.stringContaining("shop-006") },
    });
    expect(await service.deadLetters()).toMatchObject([{ analysisId, incidentId: "shop-006", attempts: 1 }]);
    expect(await service.getAnalysis(analysisId)).toMatchObject({
      status: "failed",
      report: null,
      why: expect.stringContaining("shop-006"),
    });
    await rename(join(data, ".away"), join(data, "shop-006"));
    await service.retry(analysisId);
    expect((await eventsOf(service, analysisId)).at(-1)?.type).toBe("final");
    expect(await service.deadLetters()).toEqual([]);
    await service.drain();
  });

  it("refuses analyses beyond the queue limit", async () => {
    const service = await serviceAt({ ...(await newPlace()), CAUSEWAY_MAX_QUEUED: "1" }, 0);
    await service.submitAnalysis("shop-001", request);
    const beyond = await Promise.allSettled([
      service.submitAnalysis("shop-002", request),
      service.acceptAlerts(delivery(fires()), receipt("d1")),
    ]);
    for (const outcome of beyond)
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "BUSY", retryAfterMs: expect.any(Number) } });
    expect((await service.listIncidents({ limit: 1, cursor: null })).items[0]?.origin).toBe("recorded");
    await service.drain();
  });

  it("accepts a key until it is revoked, and no other secret", async () => {
    const service = await serviceAt(await newPlace(), 0);
    const { key, secret } = await service.createKey({ name: "ci", scopes: ["read", "approve", "read"] });
    expect(key.scopes).toEqual(["read", "approve"]);
    expect(await service.verifyKey(secret)).toEqual(key);
    expect([
      await service.verifyKey(`${secret}x`),
      await service.verifyKey(""),
      await service.verifyKey("cwk_"),
    ]).toEqual([null, null, null]);
    expect([await service.revokeKey(key.id), await service.revokeKey(key.id), await service.verifyKey(secret)]).toEqual(
      [true, false, null],
    );
    await expect(service.createKey({ name: "", scopes: ["read"] })).rejects.toMatchObject({ code: "BAD_INPUT" });
    await service.drain();
  });
});
