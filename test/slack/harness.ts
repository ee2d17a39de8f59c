import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { expect, onTestFinished } from "vitest";
import type { SlackConfig } from "../../src/config.ts";
import { readSlackAlert } from "../../src/connectors/slack/read-alert.ts";
import { sqlChatThreadStore } from "../../src/connectors/sql/chat-threads.ts";
import { openDatabase } from "../../src/connectors/sqlite/open-database.ts";
import type { Log } from "../../src/domain/log.ts";
import { PRESS } from "../../src/render/slack/ids.ts";
import type { DrawPicture, SlackService } from "../../src/slack/slack-context.ts";
import type { Pace } from "../../src/slack/outbox.ts";
import { startSlack } from "../../src/slack/start.ts";
import { silentLog } from "../agent/fakes.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { people } from "./fake-slack/people.ts";
import {
  APP_TOKEN,
  BOT_TOKEN,
  fakeSlack,
  type FakeOptions,
  type FakeSlack,
  SIGNING_SECRET,
} from "./fake-slack/server.ts";
import type { StoredMessage } from "./fake-slack/state.ts";
import { overHttp, overSocket, type Transport } from "./fake-slack/transports.ts";
import { verbsService } from "./verbs-service.ts";
import { eventually } from "../eventually.ts";

export type Way = Transport["name"];
export type WorldOptions = {
  way?: Way;
  config?: Partial<SlackConfig>;
  fake?: FakeOptions;
  draw?: DrawPicture | null;
  now?: () => number;
  leaseMs?: number;
  gate?: (node: string) => Promise<void>;
  log?: Log;
  pace?: Pace;
};

export const configFor = (
  fake: Pick<FakeSlack, "apiUrl">,
  way: Way,
  changes: Partial<SlackConfig> = {},
): SlackConfig => ({
  botToken: BOT_TOKEN,
  appToken: way === "socket" ? APP_TOKEN : null,
  signingSecret: way === "http" ? SIGNING_SECRET : null,
  apiUrl: fake.apiUrl,
  channels: [{ id: "C0ALERTS", mode: "triage", replyIn: "thread" }],
  sandbox: "C0SANDBOX",
  approvers: ["U0ADA"],
  alertBots: [],
  pictures: false,
  quiet: true,
  ...changes,
});

/** A request URL for the program. Its handler may be set later, or change at a restart. */
export async function requestUrl() {
  const served: { fetch: ((request: Request) => Promise<Response>) | null } = { fetch: null };
  const server = createServer(
    getRequestListener((request) => served.fetch?.(request) ?? new Response(null, { status: 502 })),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { served, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events` };
}

/** A folder with the recording `inc-stock`, in which stock lacks CPU. */
export async function place() {
  const dir = await tempDir();
  await writeCase(dir, "inc-stock");
  return { dir, home: join(dir, "home") };
}

/** The program with its own fake Slack, over Socket Mode or HTTP. */
export async function atWork({
  way = "socket",
  config,
  fake: fakeOptions,
  draw = null,
  now = Date.now,
  leaseMs,
  gate,
  log = silentLog,
  pace = QUICK,
}: WorldOptions = {}) {
  const fake = await fakeSlack(fakeOptions);
  const { dir, home } = await place();
  const { service, feedback, close } = await verbsService({ home, data: dir, now, ...(gate ? { gate } : {}) });
  const { served, url } = await requestUrl();
  const sql = await openDatabase(join(home, "causeway.db"));
  const threads = sqlChatThreadStore(sql);
  const answers: { url: string; text: string }[] = [];
  const settings = configFor(fake, way, config);
  const start = async (own: SlackService = service, changes: Partial<SlackConfig> = {}) => {
    const surface = await startSlack({
      config: { ...settings, ...changes },
      service: own,
      threads,
      readAlert: readSlackAlert,
      draw,
      fetch,
      log,
      now,
      leaseMs,
      pace,
      respond: async (url, text) => void answers.push({ url, text }),
    });
    served.fetch = surface.fetch;
    return surface;
  };
  let surface = await start();
  onTestFinished(async () => {
    await surface.stop();
    await sql.close();
    await close();
  });
  const transport = way === "http" ? overHttp(() => url) : overSocket(fake);
  const world = people(fake, transport);
  return {
    fake,
    world,
    home,
    dir,
    url,
    answers,
    service,
    feedback,
    threads,
    settings,
    start,
    stop: () => surface.stop(),
    restart: async () => {
      await surface.stop();
      surface = await start();
    },
  };
}
export type AtWork = Awaited<ReturnType<typeof atWork>>;

/** A pace without delays. */
export const QUICK: Pace = { burst: 1000, everyMs: 1 };

/** An alert as Alertmanager's default template writes it. */
export const firing = (entity = "stock", name = "HighLatency", extra = "") => ({
  attachments: [
    {
      color: "danger",
      title: `[FIRING:1] ${name} ${entity} (critical)`,
      title_link: "http://am:9093/#/alerts",
      text: `*service:* \`${entity}\`\n*summary:* ${entity} is slow${extra}`,
    },
  ],
});
export const resolved = (entity = "stock", name = "HighLatency") => ({
  attachments: [
    {
      color: "good",
      title: `[RESOLVED] ${name} ${entity} (critical)`,
      title_link: "http://am:9093/#/alerts",
      text: `*service:* \`${entity}\``,
    },
  ],
});
export const MENTION = "<@U0CAUSEWAY>";
export const notedAs = (text: string) => ({
  "causeway.note": { "causeway.note": { type: "plain_text_input", value: text } },
});

export const soon = eventually;

/** Raises the alarm and waits for its card. */
export async function withCard(work: AtWork, message = firing()) {
  const { message: alert } = await work.world.alert("C0ALERTS", message);
  const answer = await soon(() => {
    const [first] = work.world.inThread(alert);
    if (!first?.text.startsWith("ROOT CAUSE")) throw new Error(`no card yet: ${first?.text}`);
    return first;
  });
  return { alert, answer };
}
/** Opens the decision modal of the first action. */
export async function dialogueFor(
  { world }: AtWork,
  answer: StoredMessage,
  user = "U0ADA",
  actionId: string = PRESS.approve,
) {
  await world.press(user, answer, actionId);
  return soon(() => {
    const view = world.lastView();
    expect(view.view.callback_id).toBe("causeway.modal.decide");
    return view;
  });
}
/** All messages of Causeway. */
export const ours = ({ fake }: AtWork): StoredMessage[] =>
  fake.space.messages.filter(({ botId }) => botId === "B0CAUSEWAY");
