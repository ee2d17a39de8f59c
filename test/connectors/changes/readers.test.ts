import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { changeDoors } from "../../../src/compose/change-doors.ts";
import { loadConfig } from "../../../src/config.ts";
import { NO_HOME } from "../../no-home.ts";

const fixture = (path: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../../fixtures", path), "utf8"));
const config = loadConfig({ llm: false }, { CAUSEWAY_HOME: NO_HOME });
const services = { "acme/checkout": "checkout-service", "project/shop": "shop" };
const doors = changeDoors({ changes: { ...config.changes, services }, backends: [] });
const RECEIVED_MS = Date.parse("2026-11-02T00:00:00Z");
const read = (source: string, payload: unknown, headers: Record<string, string> = {}) =>
  doors.get(source)?.read(payload, { receivedAtMs: RECEIVED_MS, header: (name) => headers[name] });

const SHA = "4e1f0c2a9b7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f";
it.each([
  ["github", "deployment-status", "deploy", "checkout-service", SHA, "2026-11-01T10:02:03Z"],
  ["github", "pull-request", "other", "checkout-service", SHA, "2026-11-01T09:55:00Z"],
  ["github", "release", "deploy", "checkout-service", "v2.4.0", "2026-11-01T09:50:00Z"],
  ["gitlab", "deployment", "deploy", "checkout-service", "4e1f0c2a", "2026-11-01T10:02:03Z"],
  ["gitlab", "merge-request", "other", "checkout-service", "4e1f0c2a", "2026-11-01T09:55:00Z"],
  ["gitlab", "release", "deploy", "checkout-service", "v2.4.0", "2026-11-01T09:50:00Z"],
  ["launchdarkly", "flag", "flag", "shop", "5a1f0000000000000000abcd", "2026-11-01T10:00:00Z"],
  ["unleash", "enabled", "flag", "shop", "unleash-899", "2026-11-01T10:00:00Z"],
])("reads %s: %s", (source, file, kind, entity, id, at) => {
  const headers = { "x-github-event": file.replaceAll("-", "_") };
  expect(read(source, fixture(`${source}/webhook-${file}.json`), headers)).toMatchObject([
    { kind, entity, id, timeUnixMs: Date.parse(at), summary: expect.stringMatching(/./) },
  ]);
});

it("reads runs of OpenLineage, Argo CD and Prefect", () => {
  expect(read("openlineage", fixture("openlineage/run-fail.json"))).toMatchObject([
    { kind: "other", entity: "prices.load", summary: "the run of prices.load in airflow failed" },
  ]);
  expect(read("argocd", { app: "cart", revision: "4e1f", phase: "Failed", message: "hook failed" })).toMatchObject([
    { kind: "deploy", entity: "cart", timeUnixMs: RECEIVED_MS, summary: "sync failed to 4e1f: hook failed" },
  ]);
  expect(read("prefect", { flow: "prices", state: "Crashed", run_id: "r1" })).toMatchObject([
    { kind: "other", entity: "prices", id: "r1-crashed" },
  ]);
});

it("reads no change from events that change nothing", () => {
  const pending = fixture("github/webhook-deployment-status.json") as { deployment_status: object };
  const started = { ...pending, deployment_status: { ...pending.deployment_status, state: "pending" } };
  expect(read("github", started, { "x-github-event": "deployment_status" })).toEqual([]);
  expect(read("github", { zen: "Keep it simple" }, { "x-github-event": "ping" })).toEqual([]);
  expect(read("gitlab", { object_kind: "push" })).toEqual([]);
  expect(read("openlineage", { ...(fixture("openlineage/run-fail.json") as object), eventType: "RUNNING" })).toEqual(
    [],
  );
});

it("cuts long texts, and keeps no address that could run code", () => {
  const [change] = read("argocd", { app: "a".repeat(5_000), message: "x".repeat(9_000), url: "javascript:x" }) ?? [];
  expect([change?.entity.length, (change?.summary ?? "").length <= 2_000, change?.url]).toEqual([200, true, undefined]);
});
