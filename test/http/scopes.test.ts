import { afterAll, beforeAll, expect, it } from "vitest";
import { SCOPES } from "../../src/domain/service.ts";
import { knock, type Operation, operationsOf } from "./operations.ts";
import { startServer, type TestServer } from "./server.ts";

const CONFIGURED = "the-configured-key-of-this-test";
let server: TestServer;
let operations: Operation[];
let keys: Map<string, string>;

beforeAll(async () => {
  server = await startServer({
    env: { CAUSEWAY_API_KEY: CONFIGURED },
    settings: { http: { requestsPerSecond: 10_000 } },
  });
  operations = await operationsOf(server);
  keys = new Map(await Promise.all(SCOPES.map(async (scope) => [scope, await server.newKey(scope)] as const)));
  keys.set("all", await server.newKey(...SCOPES));
});
afterAll(() => server.stop());

/** Listed here for the reader; the document has no such table. */
it("requires these scopes", () => {
  expect(operations.map(({ method, path, scope }) => `${method} ${path}: ${scope ?? "no key"}`)).toMatchInlineSnapshot(`
    [
      "POST /v1/incidents: analyse",
      "GET /v1/incidents: read",
      "GET /v1/incidents/{incidentId}: read",
      "GET /v1/incidents/{incidentId}/similar: read",
      "POST /v1/incidents/{incidentId}/logs: analyse",
      "POST /v1/otlp/v1/logs: analyse",
      "POST /v1/otlp/v1/traces: analyse",
      "POST /v1/otlp/v1/metrics: analyse",
      "POST /v1/incidents/{incidentId}/analyses: analyse",
      "GET /v1/analyses: read",
      "GET /v1/analyses/{analysisId}: read",
      "GET /v1/analyses/{analysisId}/report: read",
      "GET /v1/analyses/{analysisId}/evidence: read",
      "POST /v1/analyses/{analysisId}/questions: analyse",
      "GET /v1/analyses/{analysisId}/questions: read",
      "GET /v1/analyses/{analysisId}/events: read",
      "POST /v1/analyses/{analysisId}/feedback: analyse",
      "POST /v1/actions/{actionId}/approve: approve",
      "POST /v1/actions/{actionId}/reject: approve",
      "POST /v1/actions/{actionId}/edit: approve",
      "POST /v1/actions/{actionId}/outcome: approve",
      "POST /v1/actions/{actionId}/executions: execute",
      "GET /v1/actions/{actionId}/executions: read",
      "POST /v1/webhooks/alertmanager: analyse",
      "POST /v1/webhooks/grafana: analyse",
      "POST /v1/webhooks/pagerduty: analyse",
      "POST /v1/webhooks/opsgenie: analyse",
      "POST /v1/webhooks/incident-io: analyse",
      "POST /v1/webhooks/cloudwatch: analyse",
      "POST /v1/changes: analyse",
      "POST /v1/changes/github: analyse",
      "POST /v1/changes/gitlab: analyse",
      "POST /v1/changes/launchdarkly: analyse",
      "POST /v1/changes/unleash: analyse",
      "POST /v1/changes/argocd: analyse",
      "POST /v1/changes/openlineage: analyse",
      "POST /v1/changes/prefect: analyse",
      "GET /v1/dead-letters: admin",
      "POST /v1/dead-letters/{analysisId}/retry: admin",
      "GET /v1/ledger: admin",
      "GET /healthz: no key",
      "GET /readyz: no key",
      "GET /version: no key",
      "GET /metrics: no key",
    ]
  `);
});

it("accepts at each endpoint only keys with its scope", async () => {
  const wrong: string[] = [];
  for (const operation of operations) {
    for (const [name, key] of keys) {
      const { status } = await knock(server, operation, key);
      const isOpen = status !== 401 && status !== 403;
      if (isOpen !== (operation.scope === null || name === "all" || name === operation.scope))
        wrong.push(`${operation.method} ${operation.path} with ${name}: ${status}`);
    }
  }
  expect(operations.length * keys.size).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

it("needs a key from everybody, and refuses wrong, revoked and malformed keys", async () => {
  const revoked = await server.service.createKey({ name: "gone", scopes: SCOPES });
  await server.service.revokeKey(revoked.key.id);
  const guarded = operations.filter(({ scope }) => scope !== null);
  for (const operation of guarded) {
    expect([operation.path, (await knock(server, operation)).status]).toEqual([operation.path, 401]);
  }
  const statusWith = async (headers: Record<string, string>) => (await server.ask("/v1/incidents", { headers })).status;
  expect(await statusWith({ authorization: `Bearer ${revoked.secret}` })).toBe(401);
  expect(await statusWith({ authorization: `Bearer ${CONFIGURED}x` })).toBe(401);
  expect(await statusWith({ authorization: `Basic ${btoa(`x:${CONFIGURED}`)}` })).toBe(401);
  expect(await statusWith({ "x-api-key": "a".repeat(10_000) })).toBe(401);
  expect(await statusWith({ "x-api-key": CONFIGURED })).toBe(200);
  expect(await statusWith({ authorization: `bearer ${CONFIGURED}` })).toBe(200);
});

it("explains how to send a key, and not why a key is wrong", async () => {
  const none = await server.ask("/v1/incidents");
  expect(none.headers.get("www-authenticate")).toBe('Bearer realm="causeway"');
  const wrong = await server.ask("/v1/incidents", { key: "cwk_wrong" });
  expect(wrong.headers.get("www-authenticate")).toBe('Bearer realm="causeway", error="invalid_token"');
});

it("blocks an address that tries many keys, except for keys that were valid before", async () => {
  const atMs = Date.now(); // the clock stands: wrong keys are forgiven with time
  const other = await startServer({ env: { CAUSEWAY_API_KEY: CONFIGURED }, now: () => atMs });
  const [known, newKey] = [await other.newKey("read"), await other.newKey("read")];
  expect((await other.ask("/v1/incidents", { key: known })).status).toBe(200);
  const statuses: number[] = [];
  for (let guess = 0; guess < 20; guess += 1)
    statuses.push((await other.ask("/v1/incidents", { key: `cwk_guess-${guess}` })).status);
  expect(statuses).toEqual(Array.from({ length: 20 }, () => 401));
  const [guess, right] = [
    await other.ask("/v1/incidents", { key: "cwk_guess" }),
    await other.ask("/v1/incidents", { key: newKey }),
  ];
  expect([guess.status, right.status]).toEqual([429, 429]); // guessing gives no information
  expect(Number(guess.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect((await other.ask("/v1/incidents", { key: known })).status).toBe(200);
  await other.stop();
});
