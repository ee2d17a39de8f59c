import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PRESS } from "../../src/render/slack/ids.ts";
import { eventBody } from "./fake-slack/transports.ts";
import { atWork, dialogueFor, firing, ours, resolved, soon, withCard } from "./harness.ts";

/** A door that stays shut until it is opened. */
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

it("500 alerts in a minute make one thread, lose none, and keep within Slack's limits", async () => {
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

it("a storm in a shadowed channel makes one thread in the sandbox", async () => {
  const work = await atWork({ config: { channels: [{ id: "C0ALERTS", mode: "shadow", replyIn: "thread" }] } });
  await Promise.all(Array.from({ length: 40 }, (_, i) => work.world.alert("C0ALERTS", firing("stock", `Alert${i}`))));
  await soon(() =>
    expect(JSON.stringify(ours(work).map(({ channel, blocks }) => [channel, blocks]))).toContain("39 more alerts"),
  );
  expect(ours(work).map(({ channel, threadTs }) => [channel, threadTs])).toEqual([["C0SANDBOX", null]]);
});

it("keeps nothing of what people say to one another", async () => {
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
  it("the same event, delivered again and at once, is answered once", async () => {
    const work = await atWork({ way });
    const { alert } = await withCard(work);
    const { body } = await work.world.say("U0BOB", "C0TALK", "<@U0CAUSEWAY> help");
    await Promise.all(
      Array.from({ length: 5 }, (_, i) => work.world.deliver("event", body, { attempt: i + 1, reason: "timeout" })),
    );
    await soon(() => expect(ours(work).filter(({ text }) => text.startsWith("What can be asked"))).toHaveLength(1));
    expect(work.world.inThread(alert)).toHaveLength(1);
  });
});

it("what is resolved before it fires, as events may come, ends closed", async () => {
  const work = await atWork();
  const { world, service } = work;
  await world.alert("C0ALERTS", resolved());
  expect((await service.getIncident("inc-stock")).status).toBe("closed");
  const { alert } = await withCard(work, firing("stock", "Other"));
  await world.alert("C0ALERTS", resolved("stock", "Other"));
  await soon(() => expect(world.inThread(alert).at(-1)?.text).toMatch(/^Resolved/));
});

it("an incident that fires again is worked on again in its first thread, and the new alert points there", async () => {
  const work = await atWork();
  const { alert } = await withCard(work);
  await work.world.alert("C0ALERTS", resolved());
  await soon(() => expect(work.world.inThread(alert).at(-1)?.text).toMatch(/^Resolved/));
  const { message: second } = await work.world.alert("C0ALERTS", firing());
  await soon(() => expect(work.world.inThread(alert).at(-1)?.text).toMatch(/^ROOT CAUSE/));
  await soon(() =>
    expect(work.world.inThread(second).map(({ text }) => text)).toEqual([expect.stringMatching(/^The same incident/)]),
  );
  await work.world.alert("C0ALERTS", resolved());
  await soon(() =>
    expect(work.world.inThread(alert).filter(({ text }) => text.startsWith("Resolved"))).toHaveLength(2),
  );
});

it("a decision on the card of an earlier analysis is told in the thread, and shows on that card", async () => {
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

it("a tool that edits its own message to say that it is over closes the same thread", async () => {
  const work = await atWork();
  const { alert } = await withCard(work);
  await work.world.edit(alert, resolved());
  await soon(() => expect(work.world.inThread(alert).at(-1)?.text).toMatch(/^Resolved/));
  await work.world.edit(alert, resolved());
  expect(work.world.inThread(alert).filter(({ text }) => text.startsWith("Resolved"))).toHaveLength(1);
});

it("a thread is closed by an end that Slack was not told of, once the program looks", async () => {
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

it("a thread whose end was not said before the program was stopped is told of it by the next", async () => {
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

it("goes on after Slack asked it to wait, for posts, edits and whispers", async () => {
  const work = await atWork();
  for (const method of ["chat.postMessage", "chat.update", "chat.postEphemeral"]) work.fake.limitNext(method, 2, 0);
  const { answer } = await withCard(work);
  await work.world.press("U0EVE", answer, PRESS.right);
  await soon(() => expect(work.fake.space.ephemerals).toHaveLength(1));
  expect(work.fake.space.calls.filter(({ status }) => status === 429).length).toBe(6);
});

it("goes on after Slack failed, and says nothing twice", async () => {
  const work = await atWork();
  work.fake.failNext("chat.postMessage", 1);
  work.fake.failNext("chat.update", 2);
  const { alert } = await withCard(work);
  expect(work.world.inThread(alert)).toHaveLength(1);
});

it("says in plain text what Slack would not take as blocks", async () => {
  const work = await atWork();
  work.fake.space.refusesBlocks = true;
  const { answer } = await withCard(work);
  expect(answer.blocks).toEqual([]);
});

describe("a program that is started again", () => {
  it("in the middle of an analysis goes on editing the same message", async () => {
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

  it("after it was killed between post and record finds its own message again", async () => {
    const { gate, open } = door();
    const work = await atWork({ gate, leaseMs: 300 });
    const { message: alert } = await work.world.alert("C0ALERTS", firing());
    await soon(() => expect(work.world.inThread(alert)).toHaveLength(1));
    await work.stop();
    await work.threads.changeThread("alert:inc-stock", (thread) => ({ ...thread, messageTs: null, analysisId: null })); // it had no time to note which
    await work.restart();
    open();
    await soon(() => expect(work.world.inThread(alert)[0]?.text).toMatch(/^ROOT CAUSE/));
    expect(work.world.inThread(alert)).toHaveLength(1);
  });

  it("after it stopped between click and record records the click, once", async () => {
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

  it("after it was killed between record and word says what was decided, once", async () => {
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

it("two programs that share a store answer each event once, whichever of them Slack tells, and both tell", async () => {
  const work = await atWork();
  const second = await work.start();
  await soon(() => expect(work.fake.sockets.connections()).toBe(2));
  const bodies = await Promise.all(
    ["A", "B", "C"].map(async (name) => (await work.world.alert("C0ALERTS", firing("stock", name))).body),
  );
  await Promise.all(bodies.flatMap((body) => [work.world.deliver("event", body), work.world.deliver("event", body)]));
  await soon(() => expect(ours(work).filter(({ text }) => text.startsWith("ROOT CAUSE"))).toHaveLength(1));
  expect(ours(work).filter(({ text }) => text.startsWith("The same incident")).length).toBeLessThanOrEqual(2);
  await second.stop();
});

it("connects again when Slack asks for it, and loses nothing that comes then", async () => {
  const work = await atWork();
  const again = work.fake.sockets.connected();
  work.fake.sockets.refresh();
  await again;
  const { answer } = await withCard(work);
  expect(answer.text).toMatch(/^ROOT CAUSE/);
});

describe("what is wrong with the app is said by name", () => {
  it("a token that Slack took back, at the start", async () => {
    const work = await atWork();
    work.fake.revokeToken();
    await expect(work.start()).rejects.toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining("token_revoked"),
      hint: expect.stringContaining("SLACK_BOT_TOKEN"),
    });
  });
  it("an app-level token that is none of this app's, at the start", async () => {
    const work = await atWork();
    await expect(work.start(work.service, { appToken: "xapp-other" })).rejects.toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining("app-level token"),
      hint: expect.stringContaining("SLACK_APP_TOKEN"),
    });
  });
  it("a scope that is missing, at the start", async () => {
    const work = await atWork();
    work.fake.withdraw("channels:history");
    await expect(work.start()).rejects.toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining("channels:history"),
    });
  });
  it("a scope that was withdrawn since, in the log", async () => {
    const { log, lines } = seen();
    const work = await atWork({ log });
    work.fake.withdraw("chat:write");
    await work.world.alert("C0ALERTS", firing());
    await soon(() => expect(lines).toContainEqual(expect.stringMatching(/given up: .*lacks the scope chat:write/)));
  });
  it("a token that was taken back since, in the log", async () => {
    const { log, lines } = seen();
    const work = await atWork({ log });
    work.fake.revokeToken();
    await work.world.alert("C0ALERTS", firing());
    await soon(() => expect(lines).toContainEqual(expect.stringMatching(/given up: .*token_revoked/)));
  });
});

it("acknowledges within three seconds however slow the analysis is: Slack never asks twice", async () => {
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
