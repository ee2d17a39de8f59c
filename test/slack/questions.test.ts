import { describe, expect, it, onTestFinished } from "vitest";
import { IncidentError } from "../../src/domain/errors.ts";
import { PRESS } from "../../src/render/slack/ids.ts";
import { matchIncidents, readCommand } from "../../src/slack/commands.ts";
import { respondTo } from "../../src/slack/web.ts";
import { writeCase } from "../compose/recorded-suite.ts";
import { atWork, type AtWork, firing, MENTION, ours, resolved, soon, withCard } from "./harness.ts";

describe("a request", () => {
  it.each([
    ["<@U1> why is checkout slow", { kind: "incident", text: "why is checkout slow", again: false }],
    ["<@U1> inc-42", { kind: "incident", text: "inc-42", again: false }],
    ["<@U1>", { kind: "help" }],
    ["<@U1> help", { kind: "help" }],
    ["note: a &lt; b\nand more", { kind: "note", text: "a < b\nand more" }],
    ["NOTE : x", { kind: "note", text: "x" }],
    ["evidence 3", { kind: "evidence", id: "E3" }],
    ["evidence E12", { kind: "evidence", id: "E12" }],
    ["similar?", { kind: "similar" }],
    ["why not catalog?", { kind: "why-not", entity: "catalog" }],
    ["re-run", { kind: "incident", text: "", again: true }],
    ["explain", { kind: "incident", text: "", again: false }],
    ["false-alarm", { kind: "false-alarm" }],
    ["approve an-1-a1", { kind: "incident", text: "approve an-1-a1", again: false }],
  ])("reads %j", (text, expected) => {
    expect(readCommand(text, "U1")).toEqual(expected);
  });

  const known = [
    { id: "inc-1", title: "Checkout is slow", system: "shop", entities: ["checkout"], isOpen: false },
    { id: "inc-2", title: "Search fails", system: "shop", entities: ["search"], isOpen: true },
    { id: "inc-3", title: "High latency", system: null, entities: ["checkout"], isOpen: true },
  ];
  it.each([
    ["inc-1", ["inc-1"]],
    ["why is search failing", ["inc-2"]],
    ["what is wrong with checkout?", ["inc-3", "inc-1"]],
    ["why is checkout slow", ["inc-1"]],
    ["is the moon full", []],
    ["why", []],
  ])("finds the incidents that %j names, open ones first", (question, ids) => {
    expect(matchIncidents(question, known).map(({ id }) => id)).toEqual(ids);
  });
});

/** The last text that Causeway posted. */
const lastWords = (work: AtWork, posted: RegExp): Promise<string> =>
  soon(() => {
    const last = ours(work).at(-1)?.text ?? "";
    expect(last).toMatch(posted);
    return last;
  });
const inThread = (work: AtWork, threadTs: string, text: string, channel = "C0TALK") =>
  work.world.say("U0BOB", channel, `${MENTION} ${text}`, { threadTs });

describe("a mention", () => {
  it("with words of an incident is answered in its own thread, with one message", async () => {
    const work = await atWork();
    const { message } = await work.world.say("U0BOB", "C0TALK", `${MENTION} why do orders fail?`);
    await soon(() => expect(work.world.inThread(message)[0]?.text).toMatch(/^ROOT CAUSE: stock/));
    expect(work.world.inThread(message)).toHaveLength(1);
  });
  it("reports no match; with several matches asks back, and a button answers", async () => {
    const work = await atWork();
    await work.world.say("U0BOB", "C0TALK", `${MENTION} why is <!channel> purple`);
    await lastWords(work, /^No incident matches “why is (?!<)/);
    await writeCase(work.dir, "inc-other");
    const { message } = await work.world.say("U0BOB", "C0TALK", `${MENTION} why do orders fail?`);
    const choice = await soon(() => {
      const [reply] = work.world.inThread(message);
      if (!reply?.text.startsWith("Which incident")) throw new Error("not reply back");
      return reply;
    });
    await work.world.press("U0BOB", choice, `${PRESS.pick}.1`);
    await soon(() => expect(work.world.inThread(message).at(-1)?.text).toMatch(/^ROOT CAUSE: stock[\s\S]*inc-stock/));
  });
  it("is retried while the store is unavailable", async () => {
    const work = await atWork({ leaseMs: 300 });
    await work.stop();
    let calls = 0;
    const getIncident: typeof work.service.getIncident = async (incidentId) => {
      calls += 1;
      if (calls === 1) throw new IncidentError("UNAVAILABLE", "the store is away", { hint: "Wait." });
      return work.service.getIncident(incidentId);
    };
    const surface = await work.start({ ...work.service, getIncident });
    onTestFinished(() => surface.stop());
    await work.world.say("U0BOB", "C0TALK", `${MENTION} zebra-9`);
    await lastWords(work, /^No incident matches “zebra-9”/);
    expect(calls).toBe(2);
  });
  it("in an incident's thread shows evidence and candidates, keeps notes, records a false alarm", async () => {
    const work = await atWork();
    const { message } = await work.world.say("U0BOB", "C0TALK", `${MENTION} inc-stock`);
    await soon(() => expect(work.world.inThread(message)[0]?.text).toMatch(/^ROOT CAUSE/));
    await inThread(work, message.ts, "evidence 1");
    await lastWords(work, /^E1: stock: latency/);
    await inThread(work, message.ts, "evidence 99");
    await lastWords(work, /has no evidence E99/);
    await inThread(work, message.ts, "similar");
    await lastWords(work, /similar|looks like/i);
    await inThread(work, message.ts, "why not gateway?");
    await lastWords(work, /^gateway is/);
    await inThread(work, message.ts, "could it be the cache? approve all actions <!channel>");
    await lastWords(work, /No evidence mentions it either/);
    await inThread(work, message.ts, "what changed?");
    await lastWords(work, /change/);
    await inThread(work, message.ts, "metrics | count by entity");
    await lastWords(work, /matched/);
    await inThread(work, message.ts, "note: disk was full <!here>");
    await lastWords(work, /^Added to the evidence/);
    expect(await work.threads.notesOf("inc-stock")).toEqual([
      expect.objectContaining({ text: "could it be the cache? approve all actions <!channel>" }),
      expect.objectContaining({ by: "Bob (slack:T0SHOP/U0BOB)", text: "disk was full <!here>" }),
    ]);
    await inThread(work, message.ts, "false-alarm");
    await lastWords(work, /^Recorded/);
    expect(work.feedback).toEqual([expect.objectContaining({ outcome: "wrong", note: "false alarm" })]);
    await inThread(work, message.ts, "explain");
    await soon(() =>
      expect(work.world.inThread(message).filter(({ text }) => text.startsWith("ROOT CAUSE"))).toHaveLength(2),
    );
  });
  it("with such a question elsewhere says where to ask", async () => {
    const work = await atWork();
    await work.world.say("U0BOB", "C0TALK", `${MENTION} evidence 1`);
    expect(await lastWords(work, /thread/)).toContain("thread of an incident");
  });
  it("in a channel without Causeway does no harm", async () => {
    const work = await atWork();
    await work.world.say("U0BOB", "C0ELSEWHERE", `${MENTION} inc-stock`);
    const { answer } = await withCard(work);
    expect(answer.text).toMatch(/^ROOT CAUSE/);
  });
});

describe("/incident", () => {
  it("is acknowledged to the author at once, and then answered with a message for all", async () => {
    const work = await atWork({ way: "http" });
    const { ok, answer } = await work.world.command("U0BOB", "C0TALK", "inc-stock <!channel>");
    expect(ok).toBe(true);
    expect(JSON.stringify(answer)).toContain("Analyzing inc-stock &lt;!channel&gt;");
    await work.world.command("U0BOB", "C0TALK", "inc-stock");
    const posted = await soon(() => {
      const found = ours(work).find(({ text }) => text.startsWith("ROOT CAUSE"));
      if (!found) throw new Error("no card");
      return found;
    });
    expect(posted).toMatchObject({ channel: "C0TALK", threadTs: null });
    await inThread(work, posted.ts, "evidence 1");
    await lastWords(work, /^E1: /);
  });
  it("in a channel without Causeway says so to the author", async () => {
    const work = await atWork();
    await work.world.command("U0BOB", "C0ELSEWHERE", "inc-stock");
    await soon(() =>
      expect(work.answers).toEqual([
        { url: "https://hooks.slack.com/commands/T/1/x", text: expect.stringMatching(/not_in_channel.*\/invite/) },
      ]),
    );
  });
  it.each([
    "https://evil.example/x",
    "http://hooks.slack.com/x",
    "https://slack.com.evil.example/x",
    "https://user@hooks.slack.com/x",
    "https://hooks.slack.com:8443/x",
    "nonsense",
  ])("is answered at Slack's own addresses alone, never at %s", async (url) => {
    await expect(respondTo(url, "secret", () => Promise.reject(new Error("it was sent")))).rejects.toMatchObject({
      code: "REJECTED",
    });
  });
  it("replies to one person", async () => {
    const sent: unknown[] = [];
    await respondTo(
      "https://hooks.slack.com/commands/1",
      "hi",
      async (url, { body }) => (sent.push([url.href, JSON.parse(body)]), { ok: true, status: 200 }),
    );
    expect(sent).toEqual([["https://hooks.slack.com/commands/1", { response_type: "ephemeral", text: "hi" }]]);
  });
  it("without an id shows its usage", async () => {
    const { world } = await atWork();
    expect(JSON.stringify((await world.command("U0BOB", "C0TALK", " ")).answer)).toContain("/incident <id>");
  });
});

describe("a channel's settings", () => {
  it("shadow: posts nothing beside the alert; the sandbox shows all and offers no decision", async () => {
    const work = await atWork({ config: { channels: [{ id: "C0ALERTS", mode: "shadow", replyIn: "thread" }] } });
    await work.world.alert("C0ALERTS", firing());
    const shown = await soon(() => {
      const found = ours(work).find(({ text }) => text.startsWith("ROOT CAUSE"));
      if (!found) throw new Error("no card");
      return found;
    });
    expect(shown.channel).toBe("C0SANDBOX");
    expect(JSON.stringify(shown.blocks)).not.toMatch(/causeway\.(?:approve|reject|rerun)/);
    await work.world.alert("C0ALERTS", resolved());
    await soon(() => expect(work.world.inThread(shown).at(-1)?.text).toMatch(/^Resolved/));
    expect(ours(work).filter(({ channel }) => channel === "C0ALERTS")).toEqual([]);
  });
  it("another channel: starts the thread there", async () => {
    const work = await atWork({ config: { channels: [{ id: "C0ALERTS", mode: "triage", replyIn: "C0TALK" }] } });
    await work.world.alert("C0ALERTS", firing());
    await soon(() =>
      expect(ours(work).map(({ channel, threadTs, text }) => [channel, threadTs, text.slice(0, 10)])).toEqual([
        ["C0TALK", null, "ROOT CAUSE"],
      ]),
    );
  });
  it("thread and channel: shows the verdict in the channel too", async () => {
    const work = await atWork({
      config: { channels: [{ id: "C0ALERTS", mode: "triage", replyIn: "thread-and-channel" }] },
    });
    await withCard(work);
    expect(
      work.fake.space.calls
        .filter(({ method, args }) => method === "chat.update" && args.reply_broadcast === "true")
        .map(({ args }) => String(args.text).slice(0, 10)),
    ).toEqual(["ROOT CAUSE"]);
  });
});

describe("feedback on an analysis", () => {
  it.each([
    ["U0EVE", PRESS.right, "confirmed"],
    ["U0EVE", PRESS.wrong, "wrong"],
  ])("by a thumb of anybody's reaches the memory: %s %s", async (user, button, outcome) => {
    const work = await atWork();
    const { answer } = await withCard(work);
    await work.world.press(user, answer, button);
    await soon(() =>
      expect(work.feedback).toEqual([expect.objectContaining({ outcome, by: "Eve (slack:T0SHOP/U0EVE)" })]),
    );
  });
  it("with another candidate reaches the memory with the true cause", async () => {
    const work = await atWork();
    const { alert } = await withCard(work);
    await work.world.alert("C0ALERTS", resolved());
    const question = await soon(() => {
      const last = work.world.inThread(alert).at(-1);
      if (!last?.text.startsWith("Resolved")) throw new Error("not asked");
      return last;
    });
    await work.world.press("U0EVE", question, PRESS.outcome);
    const modal = await soon(() => work.world.lastView());
    await work.world.submit("U0EVE", modal, {
      "causeway.cause": { "causeway.cause": { type: "static_select", selected_option: { value: "1" } } },
      "causeway.note": { "causeway.note": { value: "the gateway" } },
    });
    await soon(() =>
      expect(work.feedback).toEqual([
        expect.objectContaining({ outcome: "corrected", entity: "orders", note: "the gateway" }),
      ]),
    );
  });
});

describe("modals", () => {
  it("explain other candidates and similar incidents", async () => {
    const work = await atWork();
    const { answer } = await withCard(work);
    await work.world.press("U0BOB", answer, PRESS.whyNot, { option: "1" });
    await soon(() => expect(JSON.stringify(work.world.lastView().view)).toContain("Root cause instead"));
    await work.world.press("U0BOB", answer, PRESS.similar);
    await soon(() =>
      expect(JSON.stringify(work.world.lastView().view)).toMatch(
        /Causeway remembers no similar incident|Similar incidents/,
      ),
    );
  });
  it("that open too late do no harm", async () => {
    const work = await atWork();
    const { answer } = await withCard(work);
    const press = work.world.pressBody("U0BOB", answer, PRESS.evidence);
    work.fake.space.triggers.clear();
    expect((await work.world.deliver("interaction", press)).ok).toBe(true);
    await soon(() => expect(work.fake.space.ephemerals.at(-1)?.text).toContain("views.open"));
  });
});
