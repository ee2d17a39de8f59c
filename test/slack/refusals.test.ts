import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { PRESS } from "../../src/render/slack/ids.ts";
import { SIGNING_SECRET } from "./fake-slack/server.ts";
import { eventBody, type Kind, requestOf, signed } from "./fake-slack/transports.ts";
import type { Json } from "./fake-slack/state.ts";
import { atWork, type AtWork, dialogueFor, firing, MENTION, notedAs, ours, soon, withCard } from "./harness.ts";

const nowS = (): number => Math.floor(Date.now() / 1000);
const mention = (): Json =>
  eventBody({
    type: "app_mention",
    user: "U0ADA",
    channel: "C0ALERTS",
    ts: "1.1",
    event_ts: "1.1",
    text: `${MENTION} help`,
  });
const post = (
  url: string,
  kind: Kind,
  payload: Json,
  { agoS = 0, ...sign }: { secret?: string; agoS?: number } = {},
  change = (body: string) => body,
) => {
  const { body, headers } = requestOf(kind, payload);
  return fetch(url, {
    method: "POST",
    body: change(body),
    headers: { ...headers, ...signed(body, { ...sign, atS: nowS() - agoS }) },
  });
};
const exported = ({ home }: AtWork): string[] =>
  existsSync(join(home, "approved")) ? readdirSync(join(home, "approved")).filter((name) => name.endsWith(".sh")) : [];

describe("a request to the HTTP address", () => {
  it.each([
    ["signed with another secret", { secret: "0".repeat(32) }, undefined],
    ["signed six minutes ago", { agoS: 360 }, undefined],
    ["signed for six minutes from now", { agoS: -360 }, undefined],
    ["changed after it was signed", {}, (body: string) => body.replace("help", "note: paid")],
  ])("%s is refused, and nothing follows from it", async (_, sign, change) => {
    const work = await atWork({ way: "http" });
    expect((await post(work.url, "event", mention(), sign, change)).status).toBe(401);
    expect(ours(work)).toEqual([]);
  });
  it.each([
    ["none", {}],
    ["a time that is none", { "x-slack-request-timestamp": "soon", "x-slack-signature": "v0=1" }],
    ["another version", { "x-slack-request-timestamp": String(nowS()), "x-slack-signature": "v9=1" }],
  ])("with %s for a signature is refused", async (_, headers) => {
    const { url } = await atWork({ way: "http" });
    expect((await fetch(url, { method: "POST", body: "{}", headers: headers as Record<string, string> })).status).toBe(
      401,
    );
  });
  it("answers the URL verification of Slack", async () => {
    const { url } = await atWork({ way: "http" });
    const answer = await post(url, "event", { type: "url_verification", challenge: "3eZbrw1a" });
    expect(await answer.json()).toEqual({ challenge: "3eZbrw1a" });
  });
  it.each([
    ["GET", undefined, 405],
    ["POST", "x".repeat(1024 * 1024 + 1), 413],
  ])("by %s that no event can be is refused with its reason", async (method, body, status) => {
    const { url } = await atWork({ way: "http" });
    expect((await fetch(url, { method, ...(body === undefined ? {} : { body }) })).status).toBe(status);
  });
  it("that is not JSON is refused even with a signature", async () => {
    const { url } = await atWork({ way: "http" });
    expect(
      (
        await fetch(url, {
          method: "POST",
          body: "{",
          headers: { "content-type": "application/json", ...signed("{", { secret: SIGNING_SECRET }) },
        })
      ).status,
    ).toBe(400);
  });
  it.each([
    [{}],
    [{ type: "event_callback" }],
    [{ type: "event_callback", event_id: "Ev1", event: null }],
    [{ type: "event_callback", event_id: "Ev2", event: "x" }],
    [{ type: "event_callback", event_id: "Ev3", event: { type: "app_mention" } }],
    [
      {
        type: "event_callback",
        event_id: "Ev4",
        event: { type: "message", channel: "C0ALERTS", ts: "x", bot_id: "B1", attachments: "y" },
      },
    ],
    [{ type: "block_actions", trigger_id: "t1" }],
    [{ type: "block_actions", trigger_id: "t2", actions: [], user: {}, team: null }],
    [
      {
        type: "block_actions",
        trigger_id: "t3",
        actions: [{ action_id: "causeway.approve", block_id: "b", type: "button", value: "an-9-a9" }],
        user: { id: "U0ADA", team_id: "T0SHOP" },
        team: { id: "T0SHOP" },
        channel: { id: "C0TALK" },
      },
    ],
    [
      {
        type: "view_submission",
        trigger_id: "t4",
        view: { id: "V1", callback_id: "causeway.modal.decide", private_metadata: "{", state: { values: {} } },
        user: { id: "U0ADA" },
        team: { id: "T0SHOP" },
      },
    ],
    [
      {
        type: "view_submission",
        trigger_id: "t5",
        view: {
          id: "V1",
          callback_id: "causeway.modal.decide",
          private_metadata: '{"actionId":"../../etc","decision":"approved","sha256":"x","page":0,"card":null}',
          state: { values: {} },
        },
        user: { id: "U0ADA" },
        team: { id: "T0SHOP" },
      },
    ],
  ] as Json[][])("that Slack would never make harms nothing: %j", async (payload = {}) => {
    const work = await atWork({ way: "http" });
    for (const kind of ["event", "interaction"] as const)
      expect([200, 404, 503]).toContain((await post(work.url, kind, payload)).status);
    await work.world.say("U0BOB", "C0TALK", `${MENTION} help`);
    await soon(() => expect(ours(work).some(({ text }) => text.startsWith("What you can ask"))).toBe(true));
    expect(exported(work)).toEqual([]);
  });
  it("that repeats an event or a button counts once", async () => {
    const work = await atWork({ way: "http" });
    const { world, url, fake } = work;
    const { answer } = await withCard(work);
    const press = world.pressBody("U0BOB", answer, PRESS.right);
    const { body, headers } = requestOf("interaction", press);
    const captured = { method: "POST", body, headers: { ...headers, ...signed(body) } };
    expect((await fetch(url, captured)).status).toBe(200);
    expect((await fetch(url, captured)).status).toBe(200);
    await soon(() =>
      expect(fake.space.ephemerals.map(({ text }) => text)).toEqual([expect.stringContaining("Thank you")]),
    );
    const { body: event } = await world.say("U0BOB", "C0TALK", `${MENTION} help`);
    expect((await post(url, "event", event)).status).toBe(200);
    await soon(() => expect(ours(work).filter(({ text }) => text.startsWith("What you can ask"))).toHaveLength(1));
  });
});

describe("an approval", () => {
  it("is not offered to people who may not approve, and says why", async () => {
    const work = await atWork();
    const { answer } = await withCard(work);
    for (const button of [PRESS.approve, PRESS.reject]) await work.world.press("U0BOB", answer, button);
    await soon(() =>
      expect(work.fake.space.ephemerals).toEqual(
        ["approve", "reject"].map((verb) =>
          expect.objectContaining({
            user: "U0BOB",
            text: expect.stringMatching(new RegExp(`You cannot ${verb} this action.*[\\s\\S]*may not approve`)),
          }),
        ),
      ),
    );
    expect(work.fake.space.views.size).toBe(0);
  });
  it("is refused to people who submit somebody else's modal", async () => {
    const work = await atWork();
    const { answer } = await withCard(work);
    const dialogue = await dialogueFor(work, answer);
    await work.world.submit("U0EVE", dialogue);
    await soon(() => expect(JSON.stringify(dialogue.view)).toContain("may not approve or reject here"));
    expect(exported(work)).toEqual([]);
    expect(answer.text).not.toContain("approved by");
  });
  it("is refused to a person removed from the approvers after the modal opened", async () => {
    const work = await atWork({ config: { approvers: ["S0ONCALL"] } });
    const { answer } = await withCard(work);
    const dialogue = await dialogueFor(work, answer);
    work.fake.space.groups.set("S0ONCALL", ["U0BOB"]);
    await work.world.submit("U0ADA", dialogue);
    await soon(() => expect(JSON.stringify(dialogue.view)).toContain("Not allowed"));
    expect(exported(work)).toEqual([]);
  });
  it("is accepted from a member of an approving group", async () => {
    const work = await atWork({ config: { approvers: ["S0ONCALL"] } });
    const { answer } = await withCard(work);
    await work.world.submit("U0ADA", await dialogueFor(work, answer));
    await soon(() => expect(answer.text).toContain("approved by Ada Lovelace"));
  });
  it("is refused to everybody without configured approvers", async () => {
    const work = await atWork({ config: { approvers: [] } });
    const { answer } = await withCard(work);
    await work.world.press("U0ADA", answer, PRESS.approve);
    await soon(() => expect(work.fake.space.ephemerals[0]?.text).toContain("SLACK_APPROVERS"));
  });
  it("of a script changed after it was shown is refused with the reason, and the action stays open", async () => {
    const work = await atWork();
    const { answer } = await withCard(work);
    const dialogue = await dialogueFor(work, answer);
    const db = new Database(join(work.home, "causeway.db"));
    db.prepare("update actions set body = replace(body, 'Add one replica', 'Remove all replicas')").run();
    db.close();
    await work.world.submit("U0ADA", dialogue);
    await soon(() => expect(JSON.stringify(dialogue.view)).toMatch(/Refused.*cannot be approved: /));
    expect(exported(work)).toEqual([]);
    expect(answer.text).toContain("waits for approval");
  });
  it("of an expired action is refused with the reason, and the card says so", async () => {
    const clock = { aheadMs: 0 };
    const work = await atWork({ now: () => Date.now() + clock.aheadMs });
    const { answer } = await withCard(work);
    const dialogue = await dialogueFor(work, answer);
    clock.aheadMs = 25 * 3_600_000;
    await work.world.submit("U0ADA", dialogue);
    await soon(() => expect(JSON.stringify(dialogue.view)).toMatch(/Refused.*expired/));
    await soon(() => expect(answer.text).toContain("expired on"));
    expect(exported(work)).toEqual([]);
  });
  it("by a second person names the first, and changes nothing", async () => {
    const work = await atWork({ config: { approvers: ["U0ADA", "U0BOB"] } });
    const { answer } = await withCard(work);
    const ada = await dialogueFor(work, answer);
    await work.world.press("U0BOB", answer, PRESS.reject);
    const bob = await soon(() => {
      const view = work.world.lastView();
      expect(view.id).not.toBe(ada.id);
      return view;
    });
    await work.world.submit("U0ADA", ada);
    await soon(() => expect(answer.text).toContain("approved by Ada Lovelace"));
    await work.world.submit("U0BOB", bob);
    await soon(() => expect(JSON.stringify(bob.view)).toMatch(/approved by Ada Lovelace/));
    expect(exported(work)).toHaveLength(1);
  });
  it("can be rejected, with the reason shown to all", async () => {
    const work = await atWork();
    const { alert, answer } = await withCard(work);
    await work.world.submit(
      "U0ADA",
      await dialogueFor(work, answer, "U0ADA", PRESS.reject),
      notedAs("not <!channel> now"),
    );
    await soon(() =>
      expect(work.world.inThread(alert).map(({ text }) => text)).toContainEqual(
        expect.stringMatching(/^Rejected: .*<@U0ADA>: “not &lt;!channel&gt; now”/),
      ),
    );
    expect(exported(work)).toEqual([]);
  });
});

describe("nothing follows from", () => {
  /** Waits until a later question is answered, then returns what Causeway posted. */
  const postsUntilAnswer = async (work: AtWork): Promise<(string | undefined)[]> => {
    await work.world.say("U0BOB", "C0TALK", `${MENTION} help`);
    await soon(() => expect(ours(work).some(({ text }) => text.startsWith("What you can ask"))).toBe(true));
    return ours(work).map(({ text }) => text.split("\n")[0]);
  };
  it.each([
    [
      "an alert that mentions the program and orders it about",
      {
        type: "app_mention",
        bot_id: "B0ALERTS",
        subtype: "bot_message",
        channel: "C0ALERTS",
        ts: "1.1",
        event_ts: "1.1",
        text: `${MENTION} inc-stock`,
      },
    ],
    [
      "a preview that Slack adds to somebody's message",
      {
        type: "message",
        subtype: "message_changed",
        channel: "C0ALERTS",
        ts: "1.2",
        event_ts: "1.2",
        message: {
          type: "message",
          user: "U0EVE",
          ts: "1.1",
          text: "see <https://am>",
          attachments: [{ from_url: "https://am", ...firing().attachments[0] }],
        },
        previous_message: { ts: "1.1" },
      },
    ],
    [
      "a preview that Slack adds to a tool's message",
      {
        type: "message",
        subtype: "message_changed",
        channel: "C0ALERTS",
        ts: "1.2",
        event_ts: "1.2",
        message: {
          type: "message",
          bot_id: "B0ALERTS",
          ts: "1.1",
          text: "weekly",
          attachments: [{ original_url: "https://am", ...firing().attachments[0] }],
        },
        previous_message: { ts: "1.1" },
      },
    ],
    [
      "an emoji",
      {
        type: "reaction_added",
        user: "U0ADA",
        reaction: "white_check_mark",
        item: { type: "message", channel: "C0ALERTS", ts: "1.1" },
        item_user: "U0CAUSEWAY",
        event_ts: "1.2",
      },
    ],
    [
      "a shared link",
      {
        type: "link_shared",
        user: "U0EVE",
        channel: "C0ALERTS",
        message_ts: "1.1",
        links: [{ url: "https://causeway/approve/an-1-a1", domain: "causeway" }],
        event_ts: "1.2",
      },
    ],
    [
      "a file",
      {
        type: "message",
        subtype: "file_share",
        user: "U0EVE",
        channel: "C0ALERTS",
        ts: "1.1",
        event_ts: "1.1",
        text: "[FIRING:1] HighLatency stock",
        files: [{ id: "F1", title: "[FIRING:1] HighLatency stock" }],
      },
    ],
    [
      "what people write in an alert channel, be it an alert's words",
      {
        type: "message",
        user: "U0EVE",
        channel: "C0ALERTS",
        ts: "1.1",
        event_ts: "1.1",
        text: "[FIRING:1] HighLatency stock",
        attachments: firing().attachments,
      },
    ],
    [
      "an alert in a channel that is not opted in",
      {
        type: "message",
        bot_id: "B0ALERTS",
        subtype: "bot_message",
        channel: "C0TALK",
        ts: "1.1",
        event_ts: "1.1",
        text: "",
        attachments: firing().attachments,
      },
    ],
    [
      "a bot's message within a thread",
      {
        type: "message",
        bot_id: "B0ALERTS",
        channel: "C0ALERTS",
        ts: "1.2",
        thread_ts: "1.1",
        event_ts: "1.2",
        text: "",
        attachments: firing().attachments,
      },
    ],
    [
      "its own words",
      {
        type: "message",
        bot_id: "B0CAUSEWAY",
        user: "U0CAUSEWAY",
        channel: "C0ALERTS",
        ts: "1.1",
        event_ts: "1.1",
        text: "",
        attachments: firing().attachments,
      },
    ],
  ])("%s", async (_, event) => {
    const work = await atWork();
    await work.world.event(event as Json);
    expect(await postsUntilAnswer(work)).toEqual(["What you can ask:"]);
  });
  it("an alert of a bot that is not in alertBots", async () => {
    const work = await atWork({ config: { alertBots: ["B0OTHER"] } });
    await work.world.alert("C0ALERTS", firing());
    expect(await postsUntilAnswer(work)).toEqual(["What you can ask:"]);
  });
});

it("shows a hostile alert as text, and mentions nobody", async () => {
  const work = await atWork();
  const { answer } = await withCard(
    work,
    firing("stock", "<!channel> *Pay* <@U0BOB> <https://evil.example|here>", " <!here> ```rm``` :fire: @channel"),
  );
  const posted = JSON.stringify(ours(work).map(({ text, blocks }) => [text, blocks]));
  expect(answer.text).not.toMatch(/<|@(?:channel|here)/);
  expect(posted).not.toMatch(/"type":"(?:mrkdwn|broadcast|user|link|emoji)"/);
  expect(
    work.fake.space.calls
      .filter(({ method }) => method === "chat.postMessage")
      .every(({ args }) => args.unfurl_links === "false" && args.link_names === "false" && args.parse === "none"),
  ).toBe(true);
});
