import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig, masked } from "../../src/config.ts";
import { readySlack } from "../../src/slack/scopes.ts";

const load = (env: Record<string, string>, file?: string) => {
  const home = mkdtempSync(join(tmpdir(), "causeway-config-"));
  if (file !== undefined) writeFileSync(join(home, "config.yaml"), file);
  return loadConfig({ home }, env);
};
const TOKENS = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" };

it("is off by default", () => {
  expect(load({}).slack).toBeNull();
});
it("reads tokens, channels and approvers from the environment", () => {
  expect(load({ ...TOKENS, SLACK_ALERT_CHANNELS: "C012, C034", SLACK_APPROVERS: "U012 S034" }).slack).toMatchObject({
    botToken: "xoxb-1",
    appToken: "xapp-1",
    channels: [
      { id: "C012", mode: "triage", replyIn: "thread" },
      { id: "C034", mode: "triage", replyIn: "thread" },
    ],
    approvers: ["U012", "S034"],
    pictures: true,
  });
});
it("reads channels with their mode from the file", () => {
  const { slack } = load(
    TOKENS,
    "slack:\n  sandbox: C099\n  channels:\n    - C012\n    - { id: C034, mode: shadow }\n" +
      "    - { id: C056, replyIn: thread-and-channel }\n    - { id: C078, replyIn: C012 }\n",
  );
  expect(slack?.channels).toEqual([
    { id: "C012", mode: "triage", replyIn: "thread" },
    { id: "C034", mode: "shadow", replyIn: "thread" },
    { id: "C056", mode: "triage", replyIn: "thread-and-channel" },
    { id: "C078", mode: "triage", replyIn: "C012" },
  ]);
});
it.each([
  ["SLACK_ALERT_CHANNELS", "#alerts"],
  ["SLACK_APPROVERS", "@ada"],
  ["SLACK_API_URL", "slack"],
])("refuses %s=%s and names the variable", (name, value) => {
  expect(() => load({ ...TOKENS, [name]: value })).toThrow(name);
});
it("refuses an unknown mode", () => {
  expect(() => load(TOKENS, "slack: { channels: [{ id: C012, mode: loud }] }")).toThrow(/mode/);
});
it("shows no secret", () => {
  expect(JSON.stringify(masked(load({ ...TOKENS, SLACK_SIGNING_SECRET: "s3cr3t" })))).not.toMatch(
    /xoxb-1|xapp-1|s3cr3t/,
  );
});

describe("is complete", () => {
  it("over Socket Mode with an app token, otherwise over HTTP", () => {
    const ready = (env: Record<string, string>) => readySlack(load(env).slack ?? ({} as never)).transport.kind;
    expect(ready({ ...TOKENS, SLACK_SIGNING_SECRET: "s" })).toBe("socket");
    expect(ready({ SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: "s" })).toBe("http");
  });
  it.each([
    [{ SLACK_APP_TOKEN: "xapp-1" }, /SLACK_BOT_TOKEN is not set/],
    [{ SLACK_BOT_TOKEN: "xoxb-1" }, /neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET/],
    [{ SLACK_BOT_TOKEN: "xapp-1", SLACK_APP_TOKEN: "xoxb-1" }, /SLACK_BOT_TOKEN does not start with xoxb-/],
    [{ SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xoxb-1" }, /SLACK_APP_TOKEN does not start with xapp-/],
  ])("not with %j, and names the missing setting", (env, why) => {
    expect(() => readySlack(load(env).slack ?? ({} as never))).toThrow(why);
  });
  it("not with a shadow channel without a sandbox", () => {
    expect(() =>
      readySlack(load(TOKENS, "slack: { channels: [{ id: C012, mode: shadow }] }").slack ?? ({} as never)),
    ).toThrow(/sandbox/);
  });
});
