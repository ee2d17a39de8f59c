import { expect, it } from "vitest";
import { stillAllowed } from "../../src/compose/still-allowed.ts";
import { loadConfig } from "../../src/config.ts";
import type { ApiKey } from "../../src/domain/service.ts";
import { NO_HOME } from "../no-home.ts";

const key = (given: Partial<ApiKey>): ApiKey => ({
  id: "key-1",
  name: "laptop",
  scopes: ["approve"],
  createdAtMs: 1,
  revokedAtMs: null,
  ...given,
});
const allowed = (keys: readonly ApiKey[], env: Record<string, string> = {}) =>
  stillAllowed(loadConfig({ home: NO_HOME }, env), { listKeys: async () => [...keys] });

it.each([
  ["a key with the scope", [key({})], "key-1", true],
  ["a key that was revoked", [key({ revokedAtMs: 2 })], "key-1", false],
  ["a key that lacks the scope by now", [key({ scopes: ["read"] })], "key-1", false],
  ["a key that is unknown", [], "key-2", false],
  ["nobody by name, while there is no key", [], "local", true],
  ["nobody by name, once there is a key", [key({})], "local", false],
  ["the configured key that is not set any more", [], "configured", false],
] as const)("says whether %s may still approve", async (_, keys, id, expected) => {
  expect(await allowed(keys)({ surface: "http", id, name: "n" })).toBe(expected);
});

it("reads the list of Slack approvers anew", async () => {
  const ana = { surface: "slack", id: "U0000001", name: "ana" } as const;
  const env = { SLACK_BOT_TOKEN: "xoxb", SLACK_APPROVERS: "U0000001" };
  expect(await allowed([], env)(ana)).toBe(true);
  expect(await allowed([], { ...env, SLACK_APPROVERS: "U0000002" })(ana)).toBe(false);
  expect(await allowed([])(ana)).toBe(false);
});
