import { createHash } from "node:crypto";
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { openService } from "../../src/compose/open-service.ts";
import { loadConfig } from "../../src/config.ts";
import { FIXTURES_DIR } from "../../src/host.ts";
import { PRESS } from "../../src/render/slack/ids.ts";
import { openChat } from "../../src/compose/chat.ts";
import { openSlack } from "../../src/slack/open.ts";
import { tempDir } from "../compose/recorded-suite.ts";
import { people } from "./fake-slack/people.ts";
import { APP_TOKEN, BOT_TOKEN, fakeSlack, SIGNING_SECRET } from "./fake-slack/server.ts";
import { overHttp, overSocket } from "./fake-slack/transports.ts";
import { firing, notedAs, QUICK, requestUrl, resolved, soon, type Way } from "./harness.ts";

const log = pino({ level: "silent" });
const PODS = `NAME                         READY   STATUS    RESTARTS   AGE
inventory-6d5f7c9b8d-x2x9z   0/1     Running   0          2d
gateway-7c9bb6f5d4-k8w2p     1/1     Running   0          2d
`;

/** Service and Slack like in `causeway serve`, in this process. */
async function atService(way: Way, { failing = 0 } = {}) {
  const home = join(await tempDir(), "home");
  const fake = await fakeSlack();
  fake.failNext("auth.test", failing);
  const secrets = way === "socket" ? { SLACK_APP_TOKEN: APP_TOKEN } : { SLACK_SIGNING_SECRET: SIGNING_SECRET };
  const config = loadConfig(
    { home },
    {
      SLACK_BOT_TOKEN: BOT_TOKEN,
      ...secrets,
      SLACK_API_URL: fake.apiUrl,
      SLACK_ALERT_CHANNELS: "C0ALERTS",
      SLACK_APPROVERS: "S0ONCALL",
    },
  );
  if (config.slack === null) throw new Error("Slack is not configured");
  const service = await openService(config, { log, workers: 1 });
  const { served, url } = await requestUrl();
  const slack = await openSlack({
    slack: config.slack,
    chat: await openChat(config),
    service,
    log,
    now: Date.now,
    pace: QUICK,
    retryMs: 300,
  });
  served.fetch = slack.routes["/slack/events"] ?? null;
  onTestFinished(async () => {
    await slack.stop();
    await service.drain();
  });
  return { home, fake, service, world: people(fake, way === "http" ? overHttp(() => url) : overSocket(fake)) };
}

describe.each(["socket", "http"] as const)("over %s", (way) => {
  it("analyzes an alert in its thread, shows evidence, takes approval, exports, resolves and closes", async () => {
    const { world, fake, home, service } = await atService(way);
    const { message: alert, taken } = await world.alert("C0ALERTS", firing("inventory"));
    expect(taken.ok).toBe(true);
    const posted = () => world.inThread(alert);
    const cardThat = (verdict: RegExp) =>
      soon(() => {
        const found = posted().find(({ text }) => verdict.test(text));
        if (!found)
          throw new Error(
            `no such card: ${posted()
              .map(({ text }) => text.split("\n")[0])
              .join(" | ")}`,
          );
        return found;
      });

    const first = await cardThat(/^(?!Analyzing)/); // from the alert alone
    expect(posted()).toHaveLength(1);
    expect(first.edits).toBeGreaterThan(1); // progress, then the card, in one message

    const [{ id: incidentId } = { id: "" }] = (await service.listIncidents({ limit: 1, cursor: null })).items;
    await service.uploadLogs(incidentId, {
      name: "logs.jsonl.gz",
      framing: "jsonl",
      encoding: "gzip",
      content: createReadStream(join(FIXTURES_DIR, "cases/shop-001/logs.jsonl.gz")),
    });
    // anybody could have written the log lines: a change needs a second kind of source
    await service.uploadLogs(incidentId, {
      name: "kubectl-get-pods.txt",
      framing: "raw",
      encoding: "identity",
      content: Readable.from([PODS]),
    });
    await world.press("U0BOB", first, PRESS.rerun);
    const answer = await cardThat(/^ROOT CAUSE: inventory \(service\): connection pool exhausted/);
    expect(
      fake.space.calls.filter(
        ({ method, args }) => method === "chat.update" && String(args.text).startsWith("Analyzing"),
      ).length,
    ).toBeGreaterThan(0);

    await world.press("U0BOB", answer, PRESS.evidence);
    const evidence = await soon(() => world.lastView());
    expect(evidence.view.callback_id).toBe("causeway.modal.evidence");
    await world.pressInView("U0BOB", evidence, PRESS.page);
    await soon(() => expect(JSON.stringify(evidence.view.title)).toContain("Evidence 2 of"));

    await world.press("U0ADA", answer, PRESS.approve);
    const dialogue = await soon(() => {
      const view = world.lastView();
      expect(view.view.callback_id).toBe("causeway.modal.decide");
      return view;
    });
    const metadata = JSON.parse(String(dialogue.view.private_metadata)) as { sha256: string };
    expect(JSON.stringify(dialogue.view)).toContain("Exact script");
    expect((await world.submit("U0ADA", dialogue, notedAs("go"))).ok).toBe(true);
    await soon(() =>
      expect(posted().map(({ text }) => text)).toContainEqual(
        expect.stringMatching(/^Approved: .* by <@U0ADA>: “go”\. Causeway exported the script to /),
      ),
    );
    const [script = ""] = readdirSync(join(home, "approved")).filter((name) => name.endsWith(".sh"));
    expect(
      createHash("sha256")
        .update(readFileSync(join(home, "approved", script)))
        .digest("hex"),
    ).toBe(metadata.sha256);
    await soon(() => expect(answer.text).toContain("approved by Ada Lovelace (slack:T0SHOP/U0ADA)"));

    await world.alert("C0ALERTS", resolved("inventory"));
    const question = await soon(() => {
      const last = posted().at(-1);
      if (!last?.text.startsWith("Resolved: incident")) throw new Error("nothing was asked");
      return last;
    });
    expect((await service.getIncident(incidentId)).status).toBe("closed");
    await world.press("U0EVE", question, PRESS.right);
    await soon(() =>
      expect(fake.space.ephemerals).toContainEqual(
        expect.objectContaining({
          user: "U0EVE",
          text: expect.stringContaining("recorded that the analysis was right"),
        }),
      ),
    );

    expect(fake.space.calls.filter(({ error }) => error !== null && error !== "ratelimited")).toEqual([]);
  });
});

it("starts without Slack when it is unreachable, and answers there later", async () => {
  const { world, fake } = await atService("http", { failing: Infinity });
  expect((await world.deliver("event", { type: "url_verification", challenge: "x" })).status).toBe(503);
  fake.recover();
  await soon(async () =>
    expect((await world.deliver("event", { type: "url_verification", challenge: "x" })).status).toBe(200),
  );
  await world.say("U0BOB", "C0TALK", "<@U0CAUSEWAY> help");
  await soon(() => expect(fake.space.messages.at(-1)?.text).toContain("What you can ask"));
});
