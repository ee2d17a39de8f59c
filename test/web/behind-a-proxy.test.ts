import { afterAll, beforeAll, expect, it } from "vitest";
import { startServer, type TestServer } from "../http/server.ts";
import { browser } from "./browser.ts";

const KEY = "the-configured-key-of-this-test";
const PUBLIC = "https://causeway.example.com";
let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    demo: true,
    env: { CAUSEWAY_API_KEY: KEY, CAUSEWAY_PUBLIC_URL: PUBLIC, CAUSEWAY_TRUSTED_PROXIES: "127.0.0.1" },
  });
});
afterAll(() => server.stop());

const FROM = (client: string) => ({
  "x-forwarded-for": client,
  "x-forwarded-proto": "https",
  "x-forwarded-host": "causeway.example.com",
});
const visitor = (client = "203.0.113.7") => browser(server.url, { headers: { ...FROM(client), origin: PUBLIC } });

it("signs in behind a proxy that ends TLS, with a cookie for https alone that no subdomain can set", async () => {
  const ana = visitor();
  await ana.open("/sign-in");
  const answer = await ana.post("/sign-in", { key: KEY }, { origin: PUBLIC });
  expect(answer.status).toBe(303);
  expect(answer.headers.getSetCookie().find((line) => line.includes("session"))).toMatch(
    /^__Host-causeway-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  expect((await ana.open("/")).status).toBe(200);
});

it("does not read a cookie that lacks the prefix, which plain http could have set", async () => {
  const ana = visitor();
  await ana.open("/sign-in");
  await ana.post("/sign-in", { key: KEY }, { origin: PUBLIC });
  const token = ana.cookies.get("__Host-causeway-session") ?? "";
  const eve = visitor();
  eve.cookies.set("causeway-session", token);
  expect((await eve.open("/")).status).toBe(303);
});

it.each(["http://causeway.example.com", "https://causeway.example.com:444", "https://evil.example", "null"])(
  "refuses a form from %s",
  async (origin) => {
    const ana = visitor();
    await ana.open("/sign-in");
    expect((await ana.post("/sign-in", { key: KEY }, { origin })).status).toBe(403);
  },
);

it("limits wrong keys for each client, not for the proxy", async () => {
  const guesser = visitor("203.0.113.66");
  await guesser.open("/sign-in");
  const statuses: number[] = [];
  for (let guess = 0; guess < 30; guess += 1)
    statuses.push((await guesser.post("/sign-in", { key: `cwk_guess-${guess}` }, { origin: PUBLIC })).status);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(5);
  const other = visitor("203.0.113.67");
  await other.open("/sign-in");
  expect((await other.post("/sign-in", { key: "cwk_typing-error" }, { origin: PUBLIC })).status).toBe(401);
});

it("needs a sign-in behind a proxy, also without keys", async () => {
  const open = await startServer({ demo: true, env: { CAUSEWAY_TRUSTED_PROXIES: "127.0.0.1" } });
  expect((await browser(open.url, { headers: FROM("127.0.0.1") }).open("/")).status).toBe(303);
  await open.stop();
});
