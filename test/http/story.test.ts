import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { causeway } from "../cli/run-cli.ts";
import { eventsOf, startServer, STORES, type TestServer } from "./server.ts";

// one story: each test goes on from the one before
describe.each(STORES)("on %s", (_name, newDatabase) => {
  let server: TestServer;
  let databaseUrl: string | null;
  let analysisId: string;

  beforeAll(async () => {
    databaseUrl = await newDatabase();
    server = await startServer({ databaseUrl, workers: 1 });
  });
  afterAll(() => server.stop());

  it("reports ready", async () => {
    expect(await server.ask("/readyz")).toMatchObject({ status: 200, json: { ready: true } });
  });

  it("accepts an incident's id alone, and points to its analysis", async () => {
    const posted = await server.ask("/v1/incidents/shop-001/analyses", { method: "POST" });
    analysisId = String(posted.json.analysis_id);
    expect(posted).toMatchObject({ status: 202, json: { incident_id: "shop-001", created: true, status: "queued" } });
    expect(posted.headers.get("location")).toBe(`/v1/analyses/${analysisId}`);
    expect(await server.ask("/v1/incidents/shop-001/analyses", { method: "POST" })).toMatchObject({
      status: 202,
      json: { analysis_id: analysisId, created: false },
    });
  });

  it("streams progress, and resumes for a client that was disconnected", async () => {
    const stream = await server.ask(`/v1/analyses/${analysisId}/events`);
    expect(stream.headers.get("content-type")).toBe("text/event-stream");
    const events = eventsOf(stream.text);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => String(index + 1)));
    expect(new Set(events.map(({ event }) => event))).toEqual(
      new Set(["node_started", "evidence", "hypothesis", "approval_required", "final"]),
    );
    expect(events.at(-1)).toMatchObject({
      event: "final",
      data: { verdict: "root_cause", status: "waiting_for_review" },
    });

    const seen = events.length - 2;
    const rest = await server.ask(`/v1/analyses/${analysisId}/events`, { headers: { "last-event-id": String(seen) } });
    expect(eventsOf(rest.text)).toEqual(events.slice(seen));
    expect(eventsOf((await server.ask(`/v1/analyses/${analysisId}/events?after=${seen}`)).text)).toEqual(
      events.slice(seen),
    );
    expect(
      await server.ask(`/v1/analyses/${analysisId}/events`, { headers: { "last-event-id": String(events.length) } }),
    ).toMatchObject({ status: 204 });
  });

  it("returns the report as JSON and Markdown, and lists the analysis", async () => {
    const analysis = await server.ask(`/v1/analyses/${analysisId}`);
    expect(analysis.json).toMatchObject({
      status: "waiting_for_review",
      incident_id: "shop-001",
      report: { schema_version: "causeway.report/1", verdict: "root_cause" },
    });
    expect((await server.ask(`/v1/analyses/${analysisId}/report`)).json).toEqual(analysis.json.report);
    const shown = await server.ask(`/v1/analyses/${analysisId}/report`, { headers: { accept: "text/markdown" } });
    expect(shown.headers.get("content-type")).toContain("text/markdown");
    expect(shown.text).toMatch(/^# /);
    expect((await server.ask("/v1/analyses?incident_id=shop-001")).json.items).toEqual([
      expect.objectContaining({ id: analysisId }),
    ]);
    expect((await server.ask("/v1/incidents/shop-001")).json).toMatchObject({
      origin: "recorded",
      analyses: [{ id: analysisId }],
    });
    expect((await server.ask("/v1/incidents/shop-001/similar")).json).toEqual({ items: expect.any(Array) });
  });

  it("lists the evidence with its queries, and compares then and now on request", async () => {
    const { json } = await server.ask(`/v1/analyses/${analysisId}/evidence`);
    const ids = (json.evidence as { id: string }[]).map(({ id }) => id);
    expect(json).toMatchObject({ schema_version: "causeway.evidence/1", analysis_id: analysisId, rerun: false });
    expect(ids.length).toBeGreaterThan(10);
    const some = await server.ask(`/v1/analyses/${analysisId}/evidence?ids=${ids[0]},${ids.at(-1)}&rerun=true`);
    expect(some.json).toMatchObject({
      rerun: true,
      evidence: [
        { id: ids[0], reads: [{ same: true }] },
        { id: ids.at(-1), reads: [{ same: true }] },
      ],
    });
    expect(await server.ask(`/v1/analyses/${analysisId}/evidence?ids=E999`)).toMatchObject({ status: 404 });
    expect(await server.ask(`/v1/analyses/${analysisId}/evidence?ids=all`)).toMatchObject({ status: 422 });
    expect(await server.ask("/v1/analyses/an-none/evidence")).toMatchObject({ status: 404 });
  });

  it("approves the script that was read and no other, once, and runs nothing", async () => {
    const { json } = await server.ask(`/v1/analyses/${analysisId}`);
    const [action] = json.actions as { id: string; script: string; script_sha256: string }[];
    const path = `/v1/actions/${action?.id}/approve`;
    expect(createHash("sha256").update(String(action?.script)).digest("hex")).toBe(action?.script_sha256);

    expect(await server.ask(path, { json: { script_sha256: "0".repeat(64) } })).toMatchObject({ status: 409 });
    await writeFile(join(server.home, "approved"), "in the way");
    const misconfigured = {
      type: "urn:causeway:problem:misconfigured",
      detail: expect.stringContaining("cannot be written"),
      hint: expect.stringContaining("Nothing was decided"),
    };
    expect(await server.ask(path, { json: { script_sha256: action?.script_sha256 } })).toMatchObject({
      status: 500,
      json: misconfigured,
    });
    await rm(join(server.home, "approved"));
    const approved = await server.ask(path, {
      json: { script_sha256: action?.script_sha256, note: "read it", on_behalf_of: "ada" },
      headers: { "idempotency-key": "mine" },
    });
    expect(approved).toMatchObject({
      status: 200,
      json: { decision: "approved", by: "ada (by local)", note: "read it", script: action?.script },
    });

    const again = await server.ask(path, {
      json: { script_sha256: action?.script_sha256, note: "read it", on_behalf_of: "ada" },
      headers: { "idempotency-key": "mine" },
    });
    expect(again.text).toBe(approved.text);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await server.ask(path, { json: { script_sha256: action?.script_sha256 } })).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining("was approved by ada") },
    });
    expect(await server.ask(`/v1/actions/${action?.id}/reject`, { method: "POST" })).toMatchObject({ status: 409 });
  });

  it("returns the finished analysis when nothing has changed", async () => {
    const again = await server.ask("/v1/incidents/shop-001/analyses", { method: "POST" });
    expect(again).toMatchObject({ status: 202, json: { analysis_id: analysisId, created: false, status: "done" } });
    expect(again.headers.get("location")).toBe(`/v1/analyses/${analysisId}`);
  });

  it("shares incidents, analyses and decisions with the command line", async () => {
    const env = { CAUSEWAY_HOME: server.home, ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }) };
    const shown = await causeway(["show", analysisId, "--json"], { env });
    expect(JSON.parse(shown.stdout)).toMatchObject({ analysis_id: analysisId });
    const { id } = JSON.parse(shown.stdout).actions[0];
    expect(await causeway(["reject", id, "--by", "grace"], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("was approved by ada (by local)"),
    });
    expect((await causeway(["incidents"], { env })).stdout).toContain("shop-001");
  });

  it("records feedback on the report", async () => {
    const path = `/v1/analyses/${analysisId}/feedback`;
    expect(await server.ask(path, { json: { outcome: "confirmed", note: "it was" } })).toMatchObject({
      status: 201,
      json: { outcome: "confirmed", by: "local" },
    });
    expect(await server.ask(path, { json: { outcome: "corrected" } })).toMatchObject({
      status: 422,
      json: { errors: [{ path: "outcome" }] },
    });
  });

  it("counts its work in metrics", async () => {
    const { text, headers } = await server.ask("/metrics");
    expect(headers.get("content-type")).toContain("text/plain");
    expect(text).toMatch(/causeway_approvals_total\{decision="approved"\} 1/);
    expect(text).toMatch(
      /causeway_http_requests_total\{method="POST",route="\/v1\/incidents\/:incidentId\/analyses",status="202"\} 3/,
    );
    expect(text).not.toContain("shop-001"); // routes, never paths
  });
});
