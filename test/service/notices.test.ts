import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { openService } from "../../src/compose/open-service.ts";
import { readIncidentIo } from "../../src/connectors/webhooks/incident-io.ts";
import { readPagerDuty } from "../../src/connectors/webhooks/pagerduty.ts";
import { maskerOf } from "../../src/domain/redact-values.ts";
import type { CausewayService } from "../../src/service/causeway-service.ts";
import { messageOf } from "../../src/render/chat/message-of.ts";
import { incidentIo, pagerDuty, vendorServer, type VendorCall } from "../connectors/notify/vendors.ts";
import { eventually } from "../eventually.ts";
import { configAt, eventsOf, PLACES } from "./services.ts";

const request = { idempotencyKey: null, by: "test" };
const TRIGGERED: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../fixtures/pagerduty/triggered.json"), "utf8"),
);

async function serviceAt(
  place: Record<string, string>,
  { sends = true, workers = 1, now = Date.now }: { sends?: boolean; workers?: number; now?: () => number } = {},
) {
  const log = pino({ level: "silent" });
  const service = await openService(configAt(place), { log, workers, now, ...(sends ? { render: messageOf } : {}) });
  onTestFinished(() => service.drain());
  return service;
}

/** An analysis of an incident without telemetry: it ends at once. */
async function submitted(service: CausewayService): Promise<string> {
  const { incident } = await service.createIncident({ id: null, title: "slow", severity: null }, request);
  return (await service.submitAnalysis(incident.id, request)).analysisId;
}

/** A webhook that answers with these statuses, then 204; and a place to send to. */
async function portal(place: Record<string, string>, statuses: number[] = []) {
  const received: VendorCall[] = [];
  const { url } = await vendorServer((call) => {
    received.push(call);
    return { status: statuses.shift() ?? 204, headers: { "retry-after": "0" } };
  });
  const entry = {
    name: "portal",
    kind: "webhook",
    url: `${url}/in`,
    secret: "at-least-sixteen-characters",
    automatic: true,
  };
  await writeFile(join(place.CAUSEWAY_HOME ?? "", "config.yaml"), JSON.stringify({ notify: [entry] }));
  return received;
}

describe.each(PLACES)("a $kind service that sends by itself", ({ newPlace }) => {
  it("writes the report into the PagerDuty incident that reported it, and skips where there is no ticket", async () => {
    const { vendor, notes } = pagerDuty();
    const list: { id: string; content: string }[] = [];
    notes.set("PGR0VU2", list);
    const { url } = await vendorServer(vendor);
    const place = {
      ...(await newPlace()),
      PAGERDUTY_API_KEY: "pd-secret-token",
      PAGERDUTY_FROM: "oncall@example.com",
      PAGERDUTY_URL: url,
      CAUSEWAY_NOTIFY_AUTOMATIC: "pagerduty",
    };
    const service = await serviceAt(place);
    const { incidentIds } = await service.acceptAlerts(readPagerDuty(TRIGGERED, Date.now()), {
      deliveryId: "d1",
      receivedAtMs: Date.now(),
    });
    const { analyses } = await service.getIncident(incidentIds[0] ?? "");
    await eventually(() => expect(list).not.toEqual([]));
    expect(list.map(({ content }) => content)).toEqual([expect.stringContaining(analyses[0]?.id ?? "none")]);
    const analysisId = await submitted(service);
    await eventsOf(service, analysisId);
    await eventually(async () => expect(await service.metrics.registry.metrics()).toContain('result="skipped"} 1'));
    expect(list).toHaveLength(1);
    expect(await service.notices.failed()).toEqual([]);
  });

  it("sends what a process left, once, whoever comes after it", async () => {
    const place = await newPlace();
    const received = await portal(place);
    const first = await serviceAt(place, { sends: false });
    const analysisId = await submitted(first);
    await eventsOf(first, analysisId);
    await first.drain();
    expect(received).toEqual([]);
    const [one, other] = await Promise.all([serviceAt(place, { workers: 0 }), serviceAt(place, { workers: 0 })]);
    await eventually(() => expect(received).not.toEqual([]));
    await Promise.all([one.drain(), other.drain()]); // each ends what it sends
    expect(received.map(({ json }) => json)).toMatchObject([{ analysis_id: analysisId, event: "analysis.finished" }]);
  });

  it("keeps what was refused as a dead letter, which a person sends again", async () => {
    const place = await newPlace();
    const received = await portal(place, [400]);
    const service = await serviceAt(place);
    const analysisId = await submitted(service);
    await eventsOf(service, analysisId);
    await eventually(async () => expect(await service.notices.failed()).not.toEqual([]));
    const [failed] = await service.notices.failed();
    expect(failed).toMatchObject({
      analysisId,
      place: "portal",
      attempts: 1,
      why: expect.stringContaining("HTTP 400"),
    });
    expect(received).toHaveLength(1);
    expect(await service.notices.retry(failed?.id ?? "", messageOf)).toMatchObject({
      outcome: { end: { state: "sent" } },
    });
    expect(received).toHaveLength(2);
    expect(received.map(({ headers }) => headers["idempotency-key"])[1]).toBe(received[0]?.headers["idempotency-key"]);
    expect(await service.notices.failed()).toEqual([]);
    expect(await service.notices.retry(failed?.id ?? "", messageOf)).toMatchObject({ sentBefore: true });
    expect(received).toHaveLength(2);
  });
});

it("knows the incident of incident.io after it was stored", async () => {
  const { vendor, actions } = incidentIo();
  const { url } = await vendorServer(vendor);
  const [embedded] = PLACES;
  const place = {
    ...(await embedded?.newPlace()),
    INCIDENT_IO_API_KEY: "io-secret-token",
    INCIDENT_IO_URL: url,
    CAUSEWAY_NOTIFY_AUTOMATIC: "incidentio",
  };
  const service = await serviceAt(place);
  const incident = {
    id: "01FCNDV6P870EA6S7TK1DSYDG0",
    name: "Payments are slow",
    incident_status: { category: "live" },
  };
  const event = "public_incident.incident_created_v2";
  const delivery = readIncidentIo({ event_type: event, [event]: incident }, Date.now());
  expect(maskerOf().values(delivery)).toEqual(delivery);
  await service.acceptAlerts(delivery, { deliveryId: "d1", receivedAtMs: Date.now() });
  await eventually(() => expect(actions).not.toEqual([]));
  expect(actions[0]?.incident_id).toBe(incident.id);
});

it("ends what it sends before it stops, and starts nothing more", async () => {
  const [embedded] = PLACES;
  const place = { ...(await embedded?.newPlace()) };
  const gate = Promise.withResolvers<void>();
  const received: string[] = [];
  const server = createServer((incoming, reply) => {
    received.push(incoming.url ?? "");
    incoming.resume().on("end", () => void gate.promise.then(() => reply.writeHead(204).end()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => (server.closeAllConnections(), void server.close()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
  const entry = { kind: "mattermost", url, automatic: true };
  const notify = [
    { ...entry, name: "one" },
    { ...entry, name: "two" },
  ];
  await writeFile(join(place.CAUSEWAY_HOME ?? "", "config.yaml"), JSON.stringify({ notify }));
  const service = await serviceAt(place);
  const analysisId = await submitted(service);
  await eventsOf(service, analysisId);
  await eventually(() => expect(received).toHaveLength(1));
  const drained = service.drain();
  gate.resolve();
  await drained;
  expect(received).toHaveLength(1);
  const next = await serviceAt(place);
  await eventually(() => expect(received).toHaveLength(2));
  await next.drain();
  expect(received).toHaveLength(2);
});
