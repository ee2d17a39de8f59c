import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, STORES, type TestServer } from "./server.ts";

const fixture = (path: string): string => readFileSync(join(import.meta.dirname, "../../fixtures", path), "utf8");
const JSON_TYPE = { "content-type": "application/json" };

describe.each(STORES)("on %s", (_name, newDatabase) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ databaseUrl: await newDatabase() });
  });
  afterAll(() => server.stop());
  const post = (source: string, body: string) => server.ask(`/v1/webhooks/${source}`, { body, headers: JSON_TYPE });
  const incident = async (id: unknown) => (await server.ask(`/v1/incidents/${id}`)).json;

  it("opens one incident for an Alertmanager group, analyzes it, and closes it when all alerts resolve", async () => {
    const fired = await post("alertmanager", fixture("alertmanager/firing.json"));
    expect(fired).toMatchObject({
      status: 202,
      json: { incident_ids: [fired.json.incident_id], accepted: 2, duplicates: 0, repeated: false },
    });
    expect(await incident(fired.json.incident_id)).toMatchObject({
      origin: "alerts",
      status: "open",
      severity: "critical",
      alert_count: 2,
      analyses: [{ status: "queued", requested_by: "alerts" }],
    });

    const repeated = await post("alertmanager", fixture("alertmanager/firing.json"));
    expect(repeated).toMatchObject({ status: 202, json: { ...fired.json, repeated: true } });

    const over = await post("alertmanager", fixture("alertmanager/resolved.json"));
    expect(over).toMatchObject({ status: 202, json: { incident_id: fired.json.incident_id, accepted: 2 } });
    expect(await incident(fired.json.incident_id)).toMatchObject({
      status: "closed",
      closed_at: expect.any(String),
      alerts: [{ status: "resolved" }, { status: "resolved" }],
    });
  });

  it("follows a PagerDuty incident, and accepts a test event", async () => {
    const [fired, note, ping, over] = [
      await post("pagerduty", fixture("pagerduty/triggered.json")),
      await post("pagerduty", fixture("pagerduty/annotated.json")),
      await post("pagerduty", fixture("pagerduty/ping.json")),
      await post("pagerduty", fixture("pagerduty/resolved.json")),
    ];
    expect([fired.status, note.status, ping.status, over.status]).toEqual([202, 202, 202, 202]);
    expect(note.json).toMatchObject({ incident_id: null, incident_ids: [] });
    expect(over.json.incident_id).toBe(fired.json.incident_id);
    expect(await incident(fired.json.incident_id)).toMatchObject({
      status: "closed",
      title: expect.stringContaining("Payments answer slowly"),
    });
  });

  it("ignores late deliveries in another order", async () => {
    const deliveries = ["create", "acknowledge", "add-note", "close"].map((name) => fixture(`opsgenie/${name}.json`));
    const [create = "", ...later] = deliveries;
    const over = await post("opsgenie", later.at(-1) ?? "");
    const late = await post("opsgenie", create);
    expect(late.status).toBe(202);
    const ids = [...new Set([over, late].flatMap(({ json }) => json.incident_ids as string[]))];
    for (const id of ids) expect(await incident(id)).toMatchObject({ status: "closed" });
  });

  it.each([
    ["an empty body", ""],
    ["no JSON", "{"],
    ["another's payload", fixture("pagerduty/triggered.json")],
    ["prototypes", '{"__proto__":{"version":"4","groupKey":"x","status":"firing","alerts":[]},"constructor":1}'],
  ])("refuses %s, and says why", async (_what, body) => {
    expect(await post("alertmanager", body)).toMatchObject({
      status: expect.toSatisfy((status: number) => status === 400 || status === 422),
      json: { title: expect.any(String), detail: expect.any(String) },
    });
  });

  it("refuses a group of 100,000 alerts by size, and one of 10,001 by count", async () => {
    const group = (count: number) =>
      JSON.stringify({
        ...JSON.parse(fixture("alertmanager/firing.json")),
        alerts: Array.from({ length: count }, () => ({ status: "firing", labels: {} })),
      });
    expect(await post("alertmanager", group(100_000))).toMatchObject({ status: 413 });
    expect(await post("alertmanager", group(10_001))).toMatchObject({ status: 422 });
  });

  it("refuses senders that are not configured", async () => {
    expect(await post("custom/nobody", "{}")).toMatchObject({ status: 404 });
  });
});

describe("with secrets of senders", () => {
  let server: TestServer;
  const settings = {
    webhooks: {
      alertmanager: { token: "am-token-1", username: "am", password: "am-password" },
      grafana: { secret: "grafana-secret", timestampHeader: "X-Grafana-Alerting-Timestamp" },
      pagerduty: { secret: ["old-secret", "new-secret"] },
      custom: {
        uptime: { token: "uptime-token", items: "data.alerts", fields: { name: "check", starts_at: "since" } },
      },
    },
  };
  beforeAll(async () => {
    server = await startServer({ settings });
  });
  afterAll(() => server.stop());
  const statusOf = async (source: string, body: string, headers: Record<string, string>) =>
    (await server.ask(`/v1/webhooks/${source}`, { body, headers: { ...JSON_TYPE, ...headers } })).status;
  const hex = (secret: string, text: string) => createHmac("sha256", secret).update(text).digest("hex");

  it("accepts Alertmanager's token or password, and nothing else", async () => {
    const body = fixture("alertmanager/firing.json");
    expect(await statusOf("alertmanager", body, { authorization: "Bearer am-token-1" })).toBe(202);
    expect(await statusOf("alertmanager", body, { authorization: `Basic ${btoa("am:am-password")}` })).toBe(202);
    expect(await statusOf("alertmanager", body, {})).toBe(401);
    expect(await statusOf("alertmanager", body, { authorization: "Bearer am-token-2" })).toBe(401);
  });

  it("accepts a fresh Grafana signature, and no replay", async () => {
    const body = fixture("grafana/firing.json");
    const signed = (seconds: number) => ({
      "x-grafana-alerting-timestamp": String(seconds),
      "x-grafana-alerting-signature": hex("grafana-secret", `${seconds}:${body}`),
    });
    const now = Math.floor(Date.now() / 1000);
    expect(await statusOf("grafana", body, signed(now))).toBe(202);
    expect(await statusOf("grafana", body, signed(now - 3_600))).toBe(401);
    expect(await statusOf("grafana", `${body} `, signed(now))).toBe(401);
  });

  it("accepts a signature with either PagerDuty secret, over the received bytes", async () => {
    const body = fixture("pagerduty/triggered.json");
    expect(
      await statusOf("pagerduty", body, {
        "x-pagerduty-signature": `v1=${hex("other", body)},v1=${hex("new-secret", body)}`,
      }),
    ).toBe(202);
    expect(
      await statusOf("pagerduty", JSON.stringify(JSON.parse(body)), {
        "x-pagerduty-signature": `v1=${hex("new-secret", body)}`,
      }),
    ).toBe(401);
  });

  it("explains a failed webhook authentication, without mentioning keys", async () => {
    const refused = async (source: string, headers: Record<string, string>) =>
      (await server.ask(`/v1/webhooks/${source}`, { body: "{}", headers: { ...JSON_TYPE, ...headers } })).json.detail;
    expect(await refused("alertmanager", { authorization: "Bearer am-token-2" })).toContain("wrong bearer token");
    expect(await refused("custom/uptime", {})).toContain("no bearer token");
    expect(await refused("pagerduty", { "x-pagerduty-signature": `v1=${hex("other", "{}")}` })).toContain(
      "wrong signature",
    );
    const hourAgo = Math.floor(Date.now() / 1000) - 3_600;
    expect(
      await refused("grafana", {
        "x-grafana-alerting-timestamp": String(hourAgo),
        "x-grafana-alerting-signature": hex("grafana-secret", `${hourAgo}:{}`),
      }),
    ).toContain("signed too long ago");
  });

  it("accepts a key with the scope analyse instead of a secret, and no other key", async () => {
    const [analyse, read] = [await server.newKey("analyse"), await server.newKey("read")];
    expect(
      await statusOf("custom/uptime", fixture("custom/uptime.json"), { authorization: "Bearer uptime-token" }),
    ).toBe(202);
    expect(await statusOf("grafana", fixture("grafana/firing.json"), { "x-api-key": analyse })).toBe(202);
    expect(await statusOf("grafana", fixture("grafana/firing.json"), { "x-api-key": read })).toBe(403);
  });
});

it("refuses unauthenticated webhooks once a model is configured, because each may cost money", async () => {
  const server = await startServer({ env: { OPENAI_API_KEY: "sk-unused" } });
  expect(
    await server.ask("/v1/webhooks/alertmanager", { body: fixture("alertmanager/firing.json"), headers: JSON_TYPE }),
  ).toMatchObject({ status: 401, json: { hint: expect.stringContaining("secret of alertmanager") } });
  await server.stop();
});

it("does not start with an unusable mapping", async () => {
  const custom = { uptime: { fields: { name: { path: "text", match: "(" } } } };
  await expect(startServer({ settings: { webhooks: { custom } } })).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("webhooks.custom.uptime.fields.name.match"),
  });
});
