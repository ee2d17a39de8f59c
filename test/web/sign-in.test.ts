import { afterAll, beforeAll, expect, it } from "vitest";
import { SCOPES } from "../../src/domain/service.ts";
import { startServer, type TestServer } from "../http/server.ts";
import { type Browser, browser } from "./browser.ts";

const CONFIGURED = "the-configured-key-of-this-test";
const HOUR_MS = 3_600_000;
let server: TestServer;
let nowMs = Date.now();
beforeAll(async () => {
  server = await startServer({
    demo: true,
    env: { CAUSEWAY_API_KEY: CONFIGURED },
    settings: { http: { requestsPerSecond: 10_000 } },
    now: () => nowMs,
  });
});
afterAll(() => server.stop());

const newBrowser = (): Browser => browser(server.url);
const signedIn = async (key: string): Promise<Browser> => {
  const one = newBrowser();
  expect((await one.signIn(key)).status).toBe(303);
  return one;
};
const SESSION = "causeway-session";

it("sends somebody who is not signed in to the sign-in page, and back to the page that was asked for", async () => {
  const ana = newBrowser();
  const first = await ana.open("/?q=cart&status=open");
  expect([first.status, first.headers.get("location")]).toEqual([303, "/sign-in?to=%2F%3Fq%3Dcart%26status%3Dopen"]);
  const page = await ana.open(first.headers.get("location") ?? "");
  expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-store"]);
  const answer = await ana.post("/sign-in", { key: await server.newKey("read"), to: "/?q=cart&status=open" });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/?q=cart&status=open"]);
  expect((await ana.open("/")).status).toBe(200);
});

it("keeps the session in a cookie that scripts and other sites cannot use, and the key nowhere", async () => {
  const key = await server.newKey("read");
  const ana = newBrowser();
  await ana.open("/sign-in");
  const answer = await ana.post("/sign-in", { key });
  const [line = ""] = answer.headers.getSetCookie().filter((one) => one.startsWith(SESSION));
  expect(line).toMatch(/^causeway-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  expect(answer.text + (await ana.open("/")).text).not.toContain(key);
});

it("refuses a wrong key on the page, without saying why, and does not repeat it", async () => {
  const ana = newBrowser();
  await ana.open("/sign-in");
  const answer = await ana.post("/sign-in", { key: "cwk_wrong-but-secret-all-the-same" });
  expect(answer.status).toBe(401);
  expect(answer.text).toContain("This key is unknown or revoked.");
  expect(answer.text).not.toContain("cwk_wrong-but-secret");
  expect(ana.cookies.has(SESSION)).toBe(false);
  expect((await ana.post("/sign-in", { key: "" })).status).toBe(422);
});

it("opens no session for a key that may not read", async () => {
  const ana = newBrowser();
  await ana.open("/sign-in");
  const answer = await ana.post("/sign-in", { key: await server.newKey("approve", "admin") });
  expect([answer.status, ana.cookies.has(SESSION)]).toEqual([403, false]);
});

it("makes a new session at each sign-in, and never takes a secret that somebody put into the browser (fixation)", async () => {
  const key = await server.newKey("read");
  for (const planted of ["A".repeat(43), "x", "../../etc/passwd", "%00", "a b"]) {
    const ana = newBrowser();
    ana.cookies.set(SESSION, planted);
    expect((await ana.signIn(key)).status).toBe(303);
    expect(ana.cookies.get(SESSION)).not.toBe(planted);
    const attacker = newBrowser();
    attacker.cookies.set(SESSION, planted);
    expect((await attacker.open("/")).status).toBe(303);
  }
});

it("ends the session that the browser had when somebody signs in: an attacker's, or one's own", async () => {
  const attacker = await signedIn(await server.newKey("read"));
  const planted = attacker.cookies.get(SESSION) ?? "";
  const ana = newBrowser();
  ana.cookies.set(SESSION, planted);
  await ana.open("/");
  expect((await ana.post("/sign-in", { key: await server.newKey("read") })).status).toBe(303);
  expect(ana.cookies.get(SESSION)).not.toBe(planted);
  expect((await attacker.open("/")).status).toBe(303);
  expect((await ana.open("/")).status).toBe(200);
});

it("ends the session at log-out: the old cookie opens nothing", async () => {
  const ana = await signedIn(await server.newKey("read"));
  const token = ana.cookies.get(SESSION) ?? "";
  await ana.open("/");
  const answer = await ana.post("/sign-out");
  expect([answer.status, answer.headers.get("location"), ana.cookies.has(SESSION)]).toEqual([303, "/sign-in", false]);
  ana.cookies.set(SESSION, token);
  expect((await ana.open("/")).status).toBe(303);
});

it("ends a session at once when its key is revoked", async () => {
  const { key, secret } = await server.service.createKey({ name: "ana", scopes: SCOPES });
  const ana = await signedIn(secret);
  expect((await ana.open("/")).status).toBe(200);
  await server.service.revokeKey(key.id);
  expect((await ana.open("/")).status).toBe(303);
  expect((await server.service.sessions.list(key.id)).length).toBe(0);
});

it("ends an open stream of events within seconds when its session or the key of its session ends", async () => {
  const { analysisId } = await server.service.submitAnalysis("shop-001", { idempotencyKey: null, by: "test" });
  const stream = async (ana: Browser): Promise<Response> => {
    const cookie = [...ana.cookies].map((pair) => pair.join("=")).join("; ");
    const answer = await fetch(`${server.url}/analyses/${analysisId}/events`, { headers: { cookie } });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    return answer;
  };
  const { key, secret } = await server.service.createKey({ name: "ana", scopes: SCOPES });
  const revoked = await stream(await signedIn(secret));
  const leaving = await signedIn(await server.newKey("read"));
  const left = await stream(leaving);
  await server.service.revokeKey(key.id);
  expect(await revoked.text()).toContain("retry: ");
  await leaving.open("/");
  await leaving.post("/sign-out");
  expect(await left.text()).toContain("retry: ");
});

it("ends a session when it was idle for two hours, and after twelve hours in any case", async () => {
  const startedMs = nowMs;
  const key = await server.newKey("read");
  const [idle, busy] = [await signedIn(key), await signedIn(key)];
  const statuses: number[] = [];
  for (let hour = 1; hour <= 11; hour += 1) {
    nowMs = startedMs + hour * HOUR_MS + 1;
    statuses.push((await busy.open("/")).status);
  }
  expect(statuses).toEqual(Array.from({ length: 11 }, () => 200));
  nowMs = startedMs + 2 * HOUR_MS;
  expect((await idle.open("/")).status).toBe(303);
  nowMs = startedMs + 12 * HOUR_MS;
  expect((await busy.open("/")).status).toBe(303);
});

it("ends the sessions of the configured key when another key is configured", async () => {
  const grounds = { configuredKey: CONFIGURED, issuer: null };
  const ana = await signedIn(CONFIGURED);
  const token = ana.cookies.get(SESSION) ?? "";
  expect(await server.service.sessions.find(token, grounds)).not.toBeNull();
  expect(await server.service.sessions.find(token, { ...grounds, configuredKey: `${CONFIGURED}2` })).toBeNull();
  expect(await server.service.sessions.find(token, { ...grounds, configuredKey: null })).toBeNull();
});

it("shows people their own sessions, and an administrator those of everybody; each may end what they see", async () => {
  const [ana, bo, root] = [
    await signedIn(await server.newKey("read")),
    await signedIn(await server.newKey("read", "analyse")),
    await signedIn(await server.newKey(...SCOPES)),
  ];
  const idsIn = (text: string): string[] => [...text.matchAll(/\/sessions\/(ses-\w+)\/end/g)].map(([, id = ""]) => id);
  const [mine] = idsIn((await ana.open("/sessions")).text);
  const [other] = idsIn((await bo.open("/sessions")).text);
  expect(idsIn((await ana.open("/sessions")).text)).toEqual([mine]);
  expect((await ana.post(`/sessions/${other}/end`)).status).toBe(404);
  expect((await bo.open("/")).status).toBe(200);
  const all = idsIn((await root.open("/sessions")).text);
  expect(all).toEqual(expect.arrayContaining([mine, other]));
  expect((await root.post(`/sessions/${other}/end`)).headers.get("location")).toBe("/sessions");
  expect((await bo.open("/")).status).toBe(303);
  expect((await ana.post(`/sessions/${mine}/end`)).headers.get("location")).toBe("/sign-in");
  expect((await ana.open("/")).status).toBe(303);
});

it("blocks an address that tries many keys, in the form and in the header together", async () => {
  const other = await startServer({ env: { CAUSEWAY_API_KEY: CONFIGURED }, now: () => 1_000_000_000_000 });
  const known = await other.newKey("read");
  expect((await other.ask("/v1/incidents", { key: known })).status).toBe(200);
  const guesser = browser(other.url);
  await guesser.open("/sign-in");
  const statuses: number[] = [];
  for (let guess = 0; guess < 10; guess += 1) {
    statuses.push((await guesser.post("/sign-in", { key: `cwk_guess-${guess}` })).status);
    statuses.push((await other.ask("/v1/incidents", { key: `cwk_other-${guess}` })).status);
  }
  expect(statuses).toEqual(Array.from({ length: 20 }, () => 401));
  const blocked = await guesser.post("/sign-in", { key: await other.newKey("read") });
  expect([blocked.status, Number(blocked.headers.get("retry-after")) >= 1]).toEqual([429, true]);
  expect((await guesser.post("/sign-in", { key: known })).status).toBe(303);
  await other.stop();
});

it("needs no sign-in on this machine while no key exists, says so, and ends that with the first key", async () => {
  const open = await startServer({ demo: true });
  const ana = browser(open.url);
  const page = await ana.open("/");
  expect(page.text).toContain("No sign-in: this machine only");
  expect((await ana.open("/sign-in")).text).toContain("No API key exists.");
  expect((await ana.open("/", { "x-forwarded-for": "203.0.113.7" })).status).toBe(303);
  await open.newKey("read");
  expect((await ana.open("/")).status).toBe(303);
  await open.stop();
});
