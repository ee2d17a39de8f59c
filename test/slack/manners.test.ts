import { expect, it } from "vitest";
import type { IncidentDetail } from "../../src/domain/service.ts";
import { writeCase } from "../compose/recorded-suite.ts";
import { type AtWork, atWork, firing, ours, soon, withCard } from "./harness.ts";

const CHANNELS = [{ id: "C0ALERTS", mode: "triage", replyIn: "thread-and-channel" }] as const;
const broadcasts = ({ fake }: AtWork): number =>
  fake.space.calls.filter(({ method, args }) => method === "chat.update" && args.reply_broadcast === "true").length;

/** Raises an alert whose incident holds no telemetry, and waits for its card. */
async function withOpenVerdict(work: AtWork): Promise<void> {
  await writeCase(work.dir, "inc-quiet", { series: [] });
  const { message } = await work.world.alert("C0ALERTS", firing("quiet"));
  await soon(() => expect(work.world.inThread(message)[0]?.text).toMatch(/^INCONCLUSIVE/));
}

it("leaves an inconclusive result in the thread: not in the channel, and without a picture", async () => {
  const drawn: string[] = [];
  const draw = async ({ incident_id: id }: { incident_id: string }) => (drawn.push(id), null);
  const work = await atWork({ draw, config: { channels: CHANNELS, pictures: true } });
  await withOpenVerdict(work);
  expect(broadcasts(work)).toBe(0);
  await withCard(work);
  expect(broadcasts(work)).toBe(1);
  await soon(() => expect(drawn).toEqual(["inc-stock"]));
});

it("shows it in the channel too when quiet is off", async () => {
  const work = await atWork({ config: { channels: CHANNELS, quiet: false } });
  await withOpenVerdict(work);
  expect(broadcasts(work)).toBe(1);
});

/** The service with other details of its incidents. */
function withDetails(work: AtWork, change: (detail: IncidentDetail) => Partial<IncidentDetail>): void {
  const { getIncident } = work.service;
  work.service.getIncident = async (id) => {
    const detail = await getIncident(id);
    return { ...detail, ...change(detail) };
  };
}

it("says once under the alert why its incident is not investigated, and starts nothing", async () => {
  const work = await atWork();
  const why = "its severity is info; alerts start an investigation from high on";
  withDetails(work, () => ({ notInvestigated: { reason: "severity_floor", why } }));
  const { message } = await work.world.alert("C0ALERTS", firing());
  await soon(() =>
    expect(work.world.inThread(message).map(({ text }) => text)).toEqual([expect.stringContaining(why)]),
  );
  withDetails(work, () => ({ alertCount: 2 }));
  await work.world.alert("C0ALERTS", firing("stock", "Other"));
  expect(ours(work)).toHaveLength(1);
});

it("shows the last analysis when an alert joins it, and starts no other", async () => {
  const work = await atWork();
  const { analysisId } = await work.service.submitAnalysis("inc-stock", { idempotencyKey: null, by: "kim" });
  for await (const event of work.service.progress(analysisId, { afterId: 0 })) if (event.type === "final") break;
  const { status, ...requested } = { status: "done" as const, requestedBy: "kim", requestedAtMs: 1, attempts: 1 };
  withDetails(work, ({ id }) => ({
    analyses: [{ id: analysisId, incidentId: id, status, why: null, startedAtMs: 1, finishedAtMs: 2, ...requested }],
  }));
  let submitted = 0;
  const { submitAnalysis } = work.service;
  work.service.submitAnalysis = (...given) => ((submitted += 1), submitAnalysis(...given));
  await withCard(work);
  expect(submitted).toBe(0);
});
