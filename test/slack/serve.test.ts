import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { PRESS } from "../../src/render/slack/ids.ts";
import { people } from "./fake-slack/people.ts";
import { APP_TOKEN, BOT_TOKEN, fakeSlack, type FakeSlack, SIGNING_SECRET } from "./fake-slack/server.ts";
import { overHttp, overSocket } from "./fake-slack/transports.ts";
import { firing, MENTION, notedAs, place, resolved, soon, type Way } from "./harness.ts";

const causeway = join(import.meta.dirname, "../../bin/causeway.js");

/** `causeway serve` as a user starts it: its own process and store, with two tokens. */
async function serve(fake: FakeSlack, way: Way, { dir, home }: { dir: string; home: string }) {
  const secrets = way === "socket" ? { SLACK_APP_TOKEN: APP_TOKEN } : { SLACK_SIGNING_SECRET: SIGNING_SECRET };
  const env = {
    PATH: process.env.PATH ?? "",
    CAUSEWAY_HOME: home,
    CAUSEWAY_DATA: dir,
    SLACK_BOT_TOKEN: BOT_TOKEN,
    ...secrets,
    SLACK_API_URL: fake.apiUrl,
    SLACK_ALERT_CHANNELS: "C0ALERTS",
    SLACK_APPROVERS: "U0ADA,S0ONCALL",
  };
  const child = spawn(process.execPath, [causeway, "serve", "--port", "0"], {
    env,
    stdio: ["ignore", "inherit", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await soon(() => expect(output).toContain("Connected to Slack"));
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await once(child, "exit");
  };
  return { url: () => `${/listens on (\S+)/.exec(output)?.[1] ?? ""}/slack/events`, kill };
}

async function atService(way: Way) {
  const fake = await fakeSlack();
  const where = await place();
  const running = { ...(await serve(fake, way, where)) };
  const world = people(fake, way === "http" ? overHttp(() => running.url()) : overSocket(fake));
  const again = async (): Promise<void> => void Object.assign(running, await serve(fake, way, where));
  return {
    fake,
    world,
    running,
    again,
    home: where.home,
    ours: () => fake.space.messages.filter(({ botId }) => botId === "B0CAUSEWAY"),
  };
}

describe("causeway serve", () => {
  it("over HTTP analyzes an alert in its thread, and closes the thread at the end", async () => {
    const { world, fake } = await atService("http");
    const { message: alert } = await world.alert("C0ALERTS", firing("stock", "High &lt;!channel&gt; *latency*"));
    const answer = await soon(() => {
      const [first] = world.inThread(alert);
      expect(first?.text).toMatch(/^(?:INCONCLUSIVE|ROOT CAUSE|NO INCIDENT)/);
      return first ?? alert;
    });
    expect(answer.text).not.toContain("<!channel>");
    await world.alert("C0ALERTS", resolved("stock", "High &lt;!channel&gt; *latency*"));
    const question = await soon(() => {
      const last = world.inThread(alert).at(-1);
      expect(last?.text).toMatch(/^Resolved/);
      return last ?? alert;
    });
    await world.press("U0EVE", question, PRESS.wrong);
    await soon(() => expect(fake.space.ephemerals.at(-1)?.text).toContain("recorded that the analysis was wrong"));
    expect(fake.space.calls.filter(({ error }) => error !== null)).toEqual([]);
  });

  it("over Socket Mode answers questions, survives kills, takes notes, and exports an approved script once", async () => {
    const { world, running, again, home, ours, fake } = await atService("socket");
    const { message: question } = await world.say("U0BOB", "C0TALK", `${MENTION} why do orders fail`);
    await soon(() => expect(world.inThread(question)).toHaveLength(1));
    await running.kill("SIGKILL");
    await again();
    await soon(() => expect(world.inThread(question)[0]?.text).toMatch(/^ROOT CAUSE: stock/));

    await world.say("U0BOB", "C0TALK", `${MENTION} note: we halved its CPU at 10:29`, { threadTs: question.ts });
    await soon(() => expect(ours().at(-1)?.text).toContain("Added to the evidence"));
    await world.say("U0BOB", "C0TALK", `${MENTION} re-run`, { threadTs: question.ts });
    const card = await soon(() => {
      const last = world
        .inThread(question)
        .filter(({ botId }) => botId === "B0CAUSEWAY")
        .at(-1);
      expect(last?.text).toMatch(/^ROOT CAUSE: stock/);
      expect(world.inThread(question).filter(({ text }) => text.startsWith("ROOT CAUSE"))).toHaveLength(2);
      return last ?? question;
    });
    await world.say("U0BOB", "C0TALK", `${MENTION} evidence 1`, { threadTs: question.ts });
    await soon(() =>
      expect(ours().at(-1)?.text).toBe("E1: Bob (slack:T0SHOP/U0BOB) noted: we halved its CPU at 10:29"),
    );

    await world.press("U0ADA", card, PRESS.approve);
    const dialogue = await soon(() => world.lastView());
    expect((await world.submit("U0ADA", dialogue, notedAs("go"))).ok).toBe(true);
    await running.kill("SIGKILL"); // between the acknowledged click and its record
    await again();
    await soon(() => expect(card.text).toContain("approved by Ada Lovelace (slack:T0SHOP/U0ADA)"));
    await soon(() =>
      expect(world.inThread(question).filter(({ text }) => text.startsWith("Approved:"))).toHaveLength(1),
    );
    expect(
      existsSync(join(home, "approved"))
        ? readdirSync(join(home, "approved")).filter((name) => name.endsWith(".sh"))
        : [],
    ).toHaveLength(1);
    await running.kill("SIGTERM");
    expect(
      [...fake.space.files.values()].filter(({ bytes }) => bytes.subarray(1, 4).toString() === "PNG").length,
    ).toBeGreaterThan(0);
  });
});
