import { afterAll, beforeAll, expect, it } from "vitest";
import { openStores } from "../../src/compose/stores.ts";
import { loadConfig } from "../../src/config.ts";
import { anAction } from "../fakes.ts";
import { startServer, type TestServer } from "../http/server.ts";
import { provenReport } from "../render/sample-reports.ts";

const NOW_MS = Date.parse("2026-11-23T09:00:00Z");
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ now: () => NOW_MS });
});
afterAll(() => server.stop());

/** An analysis that proposes one action, as a worker leaves it. @returns the action's id */
async function proposed(incidentId: string, analysisId: string, startedAtMs: number, step: string): Promise<string> {
  const { store, close } = await openStores(loadConfig({ home: server.home }, { LOG_LEVEL: "fatal" }));
  const action = anAction({
    id: `${analysisId}-a1`,
    analysisId,
    incidentId,
    step,
    expiresAtMs: NOW_MS + 3_600_000,
  });
  const [sample] = provenReport().actions;
  if (sample === undefined) throw new Error("the sample report has an action");
  await store.createAnalysis({ id: analysisId, incidentId, status: "running", startedAtMs });
  await store.putReport(
    provenReport({
      analysis_id: analysisId,
      incident_id: incidentId,
      actions: [{ ...sample, id: action.id, step, expires_at: new Date(action.expiresAtMs).toISOString() }],
    }),
  );
  await store.putActions([action], startedAtMs);
  await store.setStatus(analysisId, "waiting_for_review");
  await close();
  return action.id;
}

async function rejectIn(actionId: string): Promise<void> {
  const { store, close } = await openStores(loadConfig({ home: server.home }, { LOG_LEVEL: "fatal" }));
  const { scriptSha256 } = await store.getAction(actionId);
  await store.recordDecision({
    actionId,
    decision: "rejected",
    by: "kim",
    atMs: NOW_MS - 1_000,
    reason: "too_risky",
    note: "not before the <b>sale</b>",
    scriptSha256,
  });
  await close();
}

const pageOf = async (path: string): Promise<string> =>
  (await server.ask(path, { headers: { accept: "text/html" } })).text;

it("shows on the same proposal of a later analysis who rejected it before, and why", async () => {
  const { incident } = await server.service.createIncident(
    { id: "inc-again", title: "Checkout is slow", severity: null },
    { idempotencyKey: null, by: "test" },
  );
  const first = await proposed(incident.id, "an-first", NOW_MS - 60_000, "restart");
  expect(await pageOf("/incidents/inc-again")).not.toContain("Rejected before");
  await rejectIn(first);
  await proposed(incident.id, "an-second", NOW_MS - 30_000, "restart");
  const page = await pageOf("/incidents/inc-again");
  expect(page).toMatch(/Rejected before<\/b> by kim on\s+2026-11-23 08:59 UTC: too risky now; not before the/);
  expect(page).toContain('<a href="/analyses/an-first#plan">The earlier plan</a>');
  expect(page).not.toContain("<b>sale</b>");
  // the first analysis itself shows its own decision, and nothing before it
  expect(await pageOf("/analyses/an-first")).not.toContain("Rejected before");

  await proposed(incident.id, "an-third", NOW_MS - 10_000, "another-step");
  expect(await pageOf("/incidents/inc-again")).not.toContain("Rejected before");
});
