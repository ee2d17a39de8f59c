import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, STORES, type TestServer } from "./server.ts";

const fixture = (path: string): string => readFileSync(join(import.meta.dirname, "../../fixtures", path), "utf8");
const HOUR = 3_600_000;
const ALARM_MS = Date.parse("2026-11-01T10:30:00Z");
const SERVICES = { "acme/checkout": "checkout-service", "project/shop": "shop", "new-cart": "cart" };
const JSON_TYPE = { "content-type": "application/json" };
const deploy = (given: object = {}) => ({
  at: "2026-11-01T10:00:00Z",
  entity: "checkout",
  kind: "deploy",
  id: "build-42",
  summary: "deployed 2.4.0",
  ...given,
});

describe.each(STORES)("changes on %s", (_name, newDatabase) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({
      databaseUrl: await newDatabase(),
      workers: 1,
      settings: {
        changes: {
          services: SERVICES,
          githubSecret: "github-secret",
          gitlabToken: "gitlab-token",
          launchdarklySecret: "launchdarkly-secret",
        },
      },
    });
  });
  afterAll(() => server.stop());
  const report = (...changes: object[]) => server.ask("/v1/changes", { json: { changes } });

  it("are stored once, however often they are reported", async () => {
    expect(await report(deploy(), deploy({ id: "build-43" }))).toMatchObject({
      status: 202,
      json: { accepted: 2, duplicates: 0 },
    });
    expect((await report(deploy())).json).toEqual({ accepted: 0, duplicates: 1 });
    expect((await report(deploy({ summary: "rolled back" }))).json).toEqual({ accepted: 1, duplicates: 0 });
    const headers = { "idempotency-key": "k1" };
    const once = { json: { changes: [deploy({ id: "build-44" })] }, headers };
    const [first, second] = [await server.ask("/v1/changes", once), await server.ask("/v1/changes", once)];
    expect([first.json, second.json]).toEqual([first.json, first.json]);
  });

  it("are changes of every incident whose time they fall in, and of no other", async () => {
    await report(
      deploy({ id: "during", entity: "payment" }),
      deploy({ id: "long-before", entity: "payment", at: "2026-10-20T10:00:00Z" }),
    );
    const changesOf = async (alarmMs: number): Promise<string> => {
      const alarm_at = new Date(alarmMs).toISOString();
      const incident = await server.ask("/v1/incidents", { json: { title: "Payments fail", alarm_at } });
      const { json } = await server.ask(`/v1/incidents/${incident.json.id}/analyses`, { json: {} });
      const id = String(json.analysis_id);
      await expect.poll(async () => (await server.ask(`/v1/analyses/${id}`)).json.status).toMatch(/done|waiting/);
      return (await server.ask(`/v1/analyses/${id}/report`)).text;
    };
    expect(await changesOf(ALARM_MS)).toMatch(/deploy during on payment/);
    expect(await changesOf(ALARM_MS)).not.toMatch(/long-before/);
    expect(await changesOf(ALARM_MS + 24 * HOUR)).not.toMatch(/deploy during/);
  });

  it.each([
    ["no list", {}],
    ["an unknown field", { changes: [deploy({ color: "red" })] }],
    ["an unknown kind", { changes: [deploy({ kind: "party" })] }],
    ["an address that could run code", { changes: [deploy({ url: "javascript:alert(1)" })] }],
    ["control characters", { changes: [deploy({ entity: "check\u0007out" })] }],
    ["a huge diff", { changes: [deploy({ diff: "x".repeat(100_000) })] }],
    ["too many", { changes: Array.from({ length: 501 }, (_, at) => deploy({ id: `b${at}` })) }],
  ])("refuse %s", async (_what, json) => {
    expect((await server.ask("/v1/changes", { json })).status).toBe(422);
  });

  const send = (source: string, body: string, headers: Record<string, string> = {}) =>
    server.ask(`/v1/changes/${source}`, { body, headers: { ...JSON_TYPE, ...headers } });
  const hmac = (secret: string, body: string) => createHmac("sha256", secret).update(body).digest("hex");
  /** Sends a payload twice. @returns how many changes each request brought. */
  const acceptedOf = async (source: string, body: string, headers: Record<string, string> = {}) => {
    const [first, second] = [await send(source, body, headers), await send(source, body, headers)];
    return [first.status, first.json.accepted, second.json.accepted];
  };
  const ONCE = [202, 1, 0];

  it("of GitHub are read if it signed them", async () => {
    const events = [
      ["deployment_status", "deployment-status"],
      ["pull_request", "pull-request"],
      ["release", "release"],
    ] as const;
    for (const [event, file] of events) {
      const body = fixture(`github/webhook-${file}.json`);
      const headers = { "x-github-event": event };
      const signature = `sha256=${hmac("github-secret", body)}`;
      expect(await acceptedOf("github", body, { ...headers, "x-hub-signature-256": signature })).toEqual(ONCE);
      expect((await send("github", body, { ...headers, "x-hub-signature-256": "sha256=00" })).status).toBe(401);
      expect((await send("github", body, headers)).status).toBe(401);
    }
    const ping = "{}";
    const signed = { "x-github-event": "ping", "x-hub-signature-256": `sha256=${hmac("github-secret", ping)}` };
    expect((await send("github", ping, signed)).json).toEqual({ accepted: 0, duplicates: 0 });
  });

  it("of GitLab are read if its token is right", async () => {
    for (const file of ["deployment", "merge-request", "release"])
      expect(
        await acceptedOf("gitlab", fixture(`gitlab/webhook-${file}.json`), { "x-gitlab-token": "gitlab-token" }),
      ).toEqual(ONCE);
    expect((await send("gitlab", "{}", { "x-gitlab-token": "guess" })).status).toBe(401);
  });

  it("of LaunchDarkly, Unleash, Argo CD, OpenLineage and Prefect are read", async () => {
    const flag = fixture("launchdarkly/webhook-flag.json");
    expect(await acceptedOf("launchdarkly", flag, { "x-ld-signature": hmac("launchdarkly-secret", flag) })).toEqual(
      ONCE,
    );
    expect(await acceptedOf("unleash", fixture("unleash/webhook-enabled.json"))).toEqual(ONCE);
    expect(await acceptedOf("openlineage", fixture("openlineage/run-fail.json"))).toEqual(ONCE);
    const sync = { app: "cart", revision: "4e1f0c2a", phase: "Succeeded", finishedAt: "2026-11-01T10:01:00Z" };
    expect(await acceptedOf("argocd", JSON.stringify(sync))).toEqual(ONCE);
    const flow = { flow: "prices", state: "Failed", run_id: "r1", at: "2026-11-01T10:01:00Z" };
    expect(await acceptedOf("prefect", JSON.stringify(flow))).toEqual(ONCE);
  });

  it.each(["gitlab", "unleash", "argocd", "openlineage", "prefect"])("refuse nonsense of %s", async (source) => {
    const headers = { "x-gitlab-token": "gitlab-token" };
    for (const body of ["[]", "null", '"x"', "{}", '{"id":{},"app":[],"object_kind":7}'])
      expect([400, 422]).toContain((await send(source, body, headers)).status);
  });
});
