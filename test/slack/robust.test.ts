import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PRESS } from "../../src/render/slack/ids.ts";
import { eventBody } from "./fake-slack/transports.ts";
import { atWork, dialogueFor, firing, ours, resolved, soon, withCard } from "./harness.ts";

/** A gate that stays closed until it is opened. */
function door() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { gate: () => opened, open: () => open() };
}
const seen = () => {
  const lines: string[] = [];
  const note = (_: Record<string, unknown>, message: string): void => void lines.push(message);
  return { lines, log: { info: note, warn: note, error: note } };
};

it("makes one thread of 500 alerts in a minute, loses none, and keeps Slack's limits", async () => {
  const work = await atWork({
    pace: { burst: 4, everyMs: 500 },
    fake: {
      limits: [
        { method: "chat.postMessage", burst: 4, perMs: 2000 },
        { method: "chat.update", burst: 8, perMs: 3000 },
      ],
    },
  });
  const { world, fake, service } = work;
  const storm = Array.from({ length: 500 }, (_, i) => world.alert("C0ALERTS", firing("stock", `Alert${i}`)));
  expect((await Promise.all(storm)).every(({ taken }) => taken.ok)).toBe(true);
  await soon(async () => expect((await service.getIncident("inc-stock")).alertCount).toBe(500));
  const answer = await soon(() => {
    const found = ours(work).find(({ text }) => text.startsWith("ROOT CAUSE"));
    expect(JSON.stringify(found?.blocks)).toContain("499 more alerts");
    return found;
  });
  expect(answer).toBeDefined();
  expect(ours(work).length).toBeLessThanOrEqual(5);
  expect(fake.space.calls.length).toBeLessThan(100);
  expect(fake.space.calls.filter(({ error }) => error !== null && error !== "ratelimited")).toEqual([]);
});

it("makes one thread in the sandbox from a storm in a shadow channel", async () => {
  const work = await atWork({ config: { channels: [{ id: "C0ALERTS", mode: "shadow", replyIn: "thread" }] } });
  await Promise.all(Array.from({ length: 40 }, (_, i) => work.world.alert("C0ALERTS", firing("stock", `Alert${i}`))));
  await soon(() =>
    expect(JSON.stringify(ours(work).map(({ channel, blocks }) => [channel, blocks]))).toContain("39 more alerts"),
  );
  expect(ours(work).map(({ channel, threadTs }) => [channel, threadTs])).toEqual([["C0SANDBOX", null]]);
});

it("stores no conversation of people", async () => {
  const work = await atWork();
  await work.world.say("U0BOB", "C0ALERTS", "my password is hunter2");
  await withCard(work);
  await work.stop();
  expect(await work.threads.receive({ key: "event:Ev99999999", body: "x" }, { owner: "o", untilMs: 0 }, 0)).toBe(true);
  const held = await work.threads.takeOver(
    { owner: "all", untilMs: 1 },
    { nowMs: Number.MAX_SAFE_INTEGER, limit: 1000, hasDied: () => true },
  );
  expect(held.map(({ key }) => key)).toEqual(["event:Ev99999999"]);
  expect(
    readFileSync(join(work.home, "causeway.db-wal")).includes("hunter2") ||
      readFileSync(join(work.home, "causeway.db")).includes("hunter2"),
  ).toBe(false);
});

describe.each(["socket", "http"] as const)("over %s", (way) => {
  it("answers a repeated or concurrent event once", async () => {
    const work = await atWork({ way });
    const { alert } = await withCard(work);
    const { body } = await work.world.say("U0BOB", "C0TALK", "<@U0CAUSEWAY> help");
    await Promise.all(
      Array.from({ length: 5 }, (_, i) => work.world.deliver("event", body, { attempt: i + 1, reason: "timeout" })),
    );
    await soon(() => expect(ours(work).filter(({ text }) => text.startsWith("What you can ask"))).toHaveLength(1));
    expect(work.world.inThread(alert)).toHaveLength(1);
  });
});

it("closes an incident whose resolution arrives before its alert", async () => {
  const work = await atWork();
  const { world, service } = work;
  await world.alert("C0ALERTS", resolved());
  await soon(async () => expect((await service.getIncident("inc-stock")).status).toBe("closed"));
  const { alert } = await withCard(work, firing("stock", "Other"));
  await world.alert("C0ALERTS", resolved("stock", "Other"));
  await soon(() => expect(world.inThread(alert).at(-1)?.text).toMatch(/^Resolved/));
});

it("analyzes an incident that fires again in its first thread, and links the new alert there", async () => {
  const work = await atWork();
  const { alert } = await withCard(work);
  await work.world.alert("C0ALERTS", resolved());
  await soon(() => expect(work.world.inThread(alert).at(-1)?.text).toMatch(/^Resolved/));
  const { message: second } = await work.world.alert("C0ALERTS", firing());
  await soon(() => expect(work.world.inThread(alert).at(-1)?.text).toMatch(/^ROOT CAUSE/));
  await soon(() =>
    expect(work.world.inThread(second).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^This alert belongs to incident/),
    ]),
  );
  await work.world.alert("C0ALERTS", resolved());
  await soon(() =>
    expect(work.world.inThread(alert).filter(({ text }) => text.startsWith("Resolved"))).toHaveLength(2),
  );
});

it("posts a decision from an earlier card in the thread, and shows it on that card", async () => {
  const work = await atWork();
  const { alert, answer } = await withCard(work);
  await work.world.press("U0BOB", answer, PRESS.rerun);
  await soon(() =>
    expect(work.world.inThread(alert).filter(({ text }) => text.startsWith("ROOT CAUSE"))).toHaveLength(2),
  );
  await work.world.submit("U0ADA", await dialogueFor(work, answer));
  await soon(() => expect(work.world.inThread(alert).at(-1)?.text).toMatch(/^Approved:/));
  await soon(() => expect(answer.text).toContain("approved by Ada Lovelace"));
});

it("closes the thread when a tool edits its alert to resolved", async () => {
  const work = await atWork();
  const { alert } = await withCard(work);
  await work.world.edit(alert, resolved());
  await soon(() => expect(work.world.inThread(alert).at(-1)?.text).toMatch(/^Resolved/));
  await work.world.edit(alert, resolved());
  expect(work.world.inThread(alert).filter(({ text }) => text.startsWith("Resolved"))).toHaveLength(1);
});

it("closes the thread of an incident that ended outside Slack", async () => {
  const work = await atWork();
  const { alert } = await withCard(work);
  await work.service.acceptAlerts(
    {
      source: "alertmanager",
      groupKey: null,
      truncatedAlerts: 0,
      alerts: (await work.service.getIncident("inc-stock")).alerts.map((one) => ({
        ...one,
        status: "resolved" as const,
      })),
    },
    { deliveryId: "w1", receivedAtMs: 1 },
  );
  await work.restart();
  await soon(() => expect(work.world.inThread(alert).at(-1)?.text).toMatch(/^Resolved/));
});

it("posts the end of an incident after a restart", async () => {
  const work = await atWork();
  const { alert } = await withCard(work);
  work.fake.limitNext("chat.postMessage", 1, 3600);
  await work.service.acceptAlerts(
    {
      source: "alertmanager",
      groupKey: null,
      truncatedAlerts: 0,
      alerts: (await work.service.getIncident("inc-stock")).alerts.map((one) => ({
        ...one,
        status: "resolved" as const,
      })),
    },
    { deliveryId: "w1", receivedAtMs: 1 },
  );
  await work.restart();
  await soon(() => expect(work.fake.space.calls.filter(({ status }) => status === 429)).toHaveLength(1));
  await work.restart();
  await soon(() => expect(work.world.inThread(alert).at(-1)?.text).toMatch(/^Resolved/));
});

it("retries posts, edits and ephemeral messages after a rate limit", async () => {
  const work = await atWork();
  for (const method of ["chat.postMessage", "chat.update", "chat.postEphemeral"]) work.fake.limitNext(method, 2, 0);
  const { answer } = await withCard(work);
  await work.world.press("U0EVE", answer, PRESS.right);
  await soon(() => expect(work.fake.space.ephemerals).toHaveLength(1));
  expect(work.fake.space.calls.filter(({ status }) => status === 429).length).toBe(6);
});

it("recovers from Slack failures, and posts nothing twice", async () => {
  const work = await atWork();
  work.fake.failNext("chat.postMessage", 1);
  work.fake.failNext("chat.update", 2);
  const { alert } = await withCard(work);
  expect(work.world.inThread(alert)).toHaveLength(1);
});

it("falls back to plain text when Slack refuses the blocks", async () => {
  const work = await atWork();
  work.fake.space.refusesBlocks = true;
  const { answer } = await withCard(work);
  expect(answer.blocks).toEqual([]);
});

describe("a restarted program", () => {
  it("continues to edit the same message during an analysis", async () => {
    const { gate, open } = door();
    const work = await atWork({ gate, leaseMs: 300 });
    const { message: alert } = await work.world.alert("C0ALERTS", firing());
    const first = await soon(() => {
      const [progress] = work.world.inThread(alert);
      if (!progress) throw new Error("no progress yet");
      return progress;
    });
    await work.restart();
    open();
    await soon(() => expect(first.text).toMatch(/^ROOT CAUSE/));
    expect(work.world.inThread(alert)).toHaveLength(1);
  });

  it("finds its own message after a kill between post and record", async () => {
    const { gate, open } = door();
    const work = await atWork({ gate, leaseMs: 300 });
    const { message: alert } = await work.world.alert("C0ALERTS", firing());
    await soon(() => expect(work.world.inThread(alert)).toHaveLength(1));
    await work.stop();
    // the process died before it recorded its message
    await work.threads.changeThread("alert:inc-stock", (thread) => ({ ...thread, messageTs: null, analysisId: null }));
    await work.restart();
    open();
    await soon(() => expect(work.world.inThread(alert)[0]?.text).toMatch(/^ROOT CAUSE/));
    expect(work.world.inThread(alert)).toHaveLength(1);
  });

  it("records a click once after a stop between click and record", async () => {
    const work = await atWork({ leaseMs: 300 });
    const { alert, answer } = await withCard(work);
    const dialogue = await dialogueFor(work, answer);
    await work.stop();
    const { gate, open } = door();
    const dying = await work.start({
      ...work.service,
      decide: async () => (await gate(), Promise.reject(new Error("killed"))),
    });
    expect((await work.world.submit("U0ADA", dialogue)).ok).toBe(true);
    const stopped = dying.stop();
    open();
    await stopped;
    await work.restart();
    await soon(() => expect(answer.text).toContain("approved by Ada Lovelace"));
    await soon(() =>
      expect(work.world.inThread(alert).filter(({ text }) => text.startsWith("Approved:"))).toHaveLength(1),
    );
  });

  it("posts a decision once after a kill between record and post", async () => {
    const work = await atWork({ leaseMs: 300 });
    const { alert, answer } = await withCard(work);
    const dialogue = await dialogueFor(work, answer);
    await work.stop();
    const { gate, open } = door();
    const dying = await work.start({
      ...work.service,
      decide: async (request) => (
        await work.service.decide(request),
        await gate(),
        Promise.reject(new Error("killed"))
      ),
    });
    await work.world.submit("U0ADA", dialogue);
    const { analysisId } = (await work.threads.getThread("alert:inc-stock")) ?? {};
    await soon(async () =>
      expect((await work.service.getAnalysis(analysisId ?? "")).actions[0]?.decision).not.toBeNull(),
    );
    const stopped = dying.stop();
    open();
    await stopped;
    await work.restart();
    await soon(() =>
      expect(work.world.inThread(alert).filter(({ text }) => text.startsWith("Approved:"))).toHaveLength(1),
    );
    await soon(() => expect(answer.text).toContain("approved by Ada Lovelace"));
  });
});

it("answers each event once with two programs on one store", async () => {
  const work = await atWork();
  const second = await work.start();
  await soon(() => expect(work.fake.sockets.connections()).toBe(2));
  const bodies = await Promise.all(
    ["A", "B", "C"].map(async (name) => (await work.world.alert("C0ALERTS", firing("stock", name))).body),
  );
  await Promise.all(bodies.flatMap((body) => [work.world.deliver("event", body), work.world.deliver("event", body)]));
  await soon(() => expect(ours(work).filter(({ text }) => text.startsWith("ROOT CAUSE"))).toHaveLength(1));
  expect(ours(work).filter(({ text }) => text.startsWith("This alert belongs to incident")).length).toBeLessThanOrEqual(
    2,
  );
  await second.stop();
});

it("reconnects when Slack asks for it, and loses no event", async () => {
  const work = await atWork();
  const again = work.fake.sockets.connected();
  work.fake.sockets.refresh();
  await again;
  const { answer } = await withCard(work);
  expect(answer.text).toMatch(/^ROOT CAUSE/);
});

describe("the error names the problem of the app:", () => {
  it("a revoked token, at the start", async () => {
    const work = await atWork();
    work.fake.revokeToken();
    await expect(work.start()).rejects.toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining("token_revoked"),
      hint: expect.stringContaining("SLACK_BOT_TOKEN"),
    });
  });
  it("a foreign app-level token, at the start", async () => {
    const work = await atWork();
    await expect(work.start(work.service, { appToken: "xapp-other" })).rejects.toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining("app-level token"),
      hint: expect.stringContaining("SLACK_APP_TOKEN"),
    });
  });
  it("a missing scope, at the start", async () => {
    const work = await atWork();
    work.fake.withdraw("channels:history");
    await expect(work.start()).rejects.toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining("channels:history"),
    });
  });
  it("a scope withdrawn later, in the log", async () => {
    const { log, lines } = seen();
    const work = await atWork({ log });
    work.fake.withdraw("chat:write");
    await work.world.alert("C0ALERTS", firing());
    await soon(() =>
      expect(lines).toContainEqual(expect.stringMatching(/Slack event failed for good: .*lacks the scope chat:write/)),
    );
  });
  it("a token revoked later, in the log", async () => {
    const { log, lines } = seen();
    const work = await atWork({ log });
    work.fake.revokeToken();
    await work.world.alert("C0ALERTS", firing());
    await soon(() =>
      expect(lines).toContainEqual(expect.stringMatching(/Slack event failed for good: .*token_revoked/)),
    );
  });
});

it("acknowledges within three seconds however slow the analysis is", async () => {
  const { gate, open } = door();
  const work = await atWork({ way: "http", gate });
  const { taken } = await work.world.alert("C0ALERTS", firing());
  expect(taken).toMatchObject({ ok: true, status: 200 });
  const late = eventBody({
    type: "app_mention",
    user: "U0ADA",
    channel: "C0TALK",
    ts: "1.1",
    event_ts: "1.1",
    text: "help",
  });
  expect((await work.world.deliver("event", late)).status).toBe(200);
  open();
});
