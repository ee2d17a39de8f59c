import { expect, it } from "vitest";
import { sessionApp } from "../../../src/bench/orchestrated/session-app.ts";
import type { Sessions } from "../../../src/bench/orchestrated/sessions.ts";
import { silentLog } from "../../agent/fakes.ts";

const sessions = { open: async () => ({ id: "s-1", task: "detection" }) } as unknown as Sessions;
const open = async (host: string, apiKey: string | null, authorization = "") =>
  (
    await sessionApp({ sessions, apiKey, log: silentLog }).request("http://127.0.0.1:1819/v1/aiopslab/sessions", {
      method: "POST",
      headers: { host, authorization, "content-type": "application/json" },
      body: JSON.stringify({ desc: "Namespace: shop" }),
    })
  ).status;

it.each(["localhost", "localhost:1819", "127.0.0.1:1819", "[::1]:1819"])(
  "answers to %s without a key",
  async (host) => {
    expect(await open(host, null)).toBe(201);
  },
);

it.each(["evil.example", "localhost.evil.example:1819", "127.0.0.1.evil.example", "10.0.0.7:1819", ""])(
  "answers to the name %j only with the key: it may be that of a page in a browser",
  async (host) => {
    expect(await open(host, null)).toBe(403);
    expect(await open(host, "k".repeat(32), `Bearer ${"k".repeat(32)}`)).toBe(201);
  },
);
