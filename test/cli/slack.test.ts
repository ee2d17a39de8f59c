import { expect, it } from "vitest";
import { tempDir } from "../compose/recorded-suite.ts";
import { APP_TOKEN, BOT_TOKEN, fakeSlack } from "../slack/fake-slack/server.ts";
import { causeway } from "./run-cli.ts";

const LEAST = ["app_mentions:read", "chat:write", "commands", "channels:history", "users:read"];
const manifest = async (...flags: string[]) =>
  JSON.parse((await causeway(["slack", "manifest", ...flags], { env: { CAUSEWAY_HOME: await tempDir() } })).stdout) as {
    oauth_config: unknown;
    settings: unknown;
    features: unknown;
  };

it("prints a manifest for Socket Mode with the least scopes", async () => {
  expect(await manifest("--no-pictures")).toMatchObject({
    oauth_config: { scopes: { bot: LEAST } },
    settings: {
      socket_mode_enabled: true,
      event_subscriptions: { bot_events: ["app_mention", "message.channels"] },
      interactivity: { is_enabled: true },
    },
  });
});
it("requests more scopes only for more features", async () => {
  expect(await manifest("--private", "--groups")).toMatchObject({
    oauth_config: { scopes: { bot: [...LEAST, "usergroups:read", "files:write", "groups:history"] } },
    settings: { event_subscriptions: { bot_events: ["app_mention", "message.channels", "message.groups"] } },
  });
});
it("prints a manifest for HTTP with the address of the events", async () => {
  const request_url = "https://causeway.example.com/slack/events";
  expect(await manifest("--http", "https://causeway.example.com")).toMatchObject({
    features: { slash_commands: [{ command: "/incident", url: request_url }] },
    settings: { socket_mode_enabled: false, event_subscriptions: { request_url }, interactivity: { request_url } },
  });
});
it.each(["nonsense", "http://causeway.example.com"])(
  "refuses %s as an address for Slack to send to",
  async (address) => {
    const { code, stderr } = await causeway(["slack", "manifest", "--http", address], {
      env: { CAUSEWAY_HOME: await tempDir() },
    });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("Give a public https address, such as https://"),
    });
  },
);

const doctor = async (env: Record<string, string>) =>
  (await causeway(["doctor"], { env: { CAUSEWAY_HOME: await tempDir(), ...env } })).stdout
    .split("\n")
    .find((line) => line.includes(" slack: ")) ?? "";

it("has doctor say who the app is, which scopes it lacks and what for, and that a token was taken back", async () => {
  const fake = await fakeSlack();
  const env = { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_APP_TOKEN: APP_TOKEN, SLACK_API_URL: fake.apiUrl };
  expect(await doctor({ ...env, SLACK_APPROVERS: "U0ADA" })).toMatch(
    /^ok .*user U0CAUSEWAY of team T0SHOP, Socket Mode/,
  );
  expect(await doctor(env)).toMatch(/^note .*SLACK_APPROVERS/);
  fake.withdraw("channels:history");
  fake.withdraw("files:write");
  expect(await doctor(env)).toMatch(/^FAIL .*lacks channels:history \(.*files:write \(/);
  fake.revokeToken();
  expect(await doctor(env)).toMatch(/^FAIL .*token_revoked/);
  expect(await doctor({ SLACK_BOT_TOKEN: BOT_TOKEN })).toMatch(/^FAIL .*SLACK_APP_TOKEN/);
  expect(await doctor({})).toMatch(/^ok .*not configured/);
});

it("has serve begin without a Slack that is away, and not say that it is answered", async () => {
  const env = {
    CAUSEWAY_HOME: await tempDir(),
    CAUSEWAY_PORT: "0",
    SLACK_BOT_TOKEN: BOT_TOKEN,
    SLACK_APP_TOKEN: APP_TOKEN,
    SLACK_API_URL: "http://127.0.0.1:9/api/",
  };
  const { code, stderr } = await causeway(["serve"], { env, endAt: /Slack is unreachable. Causeway/ });
  expect(code).toBe(0);
  expect(stderr).toContain("Slack is unreachable. Causeway keeps trying.");
  expect(stderr).not.toContain("Connected to Slack");
});
