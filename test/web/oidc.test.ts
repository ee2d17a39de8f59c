import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { browser } from "./browser.ts";
import { type OidcWorld, signInAtProvider, signInByOidc, startOidcWorld } from "./oidc-server.ts";

let world: OidcWorld;
let nowMs: number;
beforeAll(async () => {
  nowMs = Date.now();
  world = await startOidcWorld({ now: () => nowMs });
});
afterAll(() => world.stop());
beforeEach(() => {
  nowMs += 60_000; // sign-ins from one address are limited
});

const here = () => browser(world.server.url);
const SESSION = "causeway-session";
const ATTEMPT = "causeway-sign-in";

it("signs a person in at the provider, with the role that their group gives, and back to the page", async () => {
  const ana = here();
  const page = await ana.open("/sign-in?to=/%3Fq%3Dcart");
  expect(page.text).toContain("Sign in with Shop login");
  const { answer } = await signInByOidc(ana, "ana", world, "/?q=cart");
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/?q=cart"]);
  expect(ana.cookies.has(ATTEMPT)).toBe(false);
  const sessions = (await ana.open("/sessions")).text;
  expect(sessions).toContain("Ana Ruiz");
  expect(sessions).toContain("oidc:ana");
  const [session] = await world.server.service.sessions.list("oidc:ana");
  expect(session?.scopes).toEqual(["read", "analyse", "approve"]);
});

it.each([
  ["bo", ["read"]],
  ["dee", ["read", "analyse", "approve", "admin"]],
] as const)("gives %s the scopes %s", async (login, scopes) => {
  const person = here();
  const { answer } = await signInByOidc(person, login, world);
  expect(answer.status).toBe(303);
  const [session] = await world.server.service.sessions.list(`oidc:${login}`);
  expect(session?.scopes).toEqual(scopes);
  expect((await person.open("/sessions")).text).not.toContain("<img src=x");
});

it("reads the role from the ID token where the provider puts it there", async () => {
  const other = await startOidcWorld({ inIdToken: true });
  const ana = browser(other.server.url);
  expect((await signInByOidc(ana, "ana", other)).answer.status).toBe(303);
  await other.stop();
});

it("lets nobody in whom the provider gives no role", async () => {
  const cy = here();
  const { answer } = await signInByOidc(cy, "cy", world);
  expect([answer.status, cy.cookies.has(SESSION)]).toEqual([403, false]);
  expect(answer.text).toContain("Shop login knows you as Cy, but gives you no role in Causeway.");
  expect((await cy.open("/")).status).toBe(303);
});

it("refuses an answer with another state, without one, and in a browser that began no sign-in", async () => {
  const ana = here();
  const begun = await ana.open("/sign-in/oidc");
  const back = await signInAtProvider(begun.headers.get("location") ?? "", "ana", browser(world.issuer));
  const path = back.slice(world.server.url.length);
  const attempt = ana.cookies.get(ATTEMPT) ?? "";
  for (const wrong of [path.replace(/state=[^&]+/, "state=made-up"), path.replace(/&state=[^&]+/, "")]) {
    ana.cookies.set(ATTEMPT, attempt);
    const answer = await ana.open(wrong);
    expect([answer.status, ana.cookies.has(SESSION)]).toEqual([403, false]);
    expect(answer.text).toContain("belongs to another sign-in");
  }
  const victim = here();
  const planted = await victim.open(path);
  expect([planted.status, victim.cookies.has(SESSION)]).toEqual([400, false]);
  ana.cookies.set(ATTEMPT, attempt);
  expect((await ana.open(path)).status).toBe(303); // the right one still works
});

it("refuses an ID token with the nonce of another sign-in", async () => {
  const ana = here();
  const begun = new URL((await ana.open("/sign-in/oidc")).headers.get("location") ?? "");
  begun.searchParams.set("nonce", "made-up-nonce");
  const back = await signInAtProvider(begun.href, "ana", browser(world.issuer));
  const answer = await ana.open(back.slice(world.server.url.length));
  expect([answer.status, ana.cookies.has(SESSION)]).toEqual([502, false]);
  expect(answer.text).toContain("the nonce of its ID token is wrong");
});

it("refuses a code that somebody else began: the PKCE verifier is another one", async () => {
  const [ana, eve] = [here(), here()];
  const begun = new URL((await eve.open("/sign-in/oidc")).headers.get("location") ?? "");
  const mine = new URL((await ana.open("/sign-in/oidc")).headers.get("location") ?? "");
  begun.searchParams.set("state", mine.searchParams.get("state") ?? "");
  begun.searchParams.set("nonce", mine.searchParams.get("nonce") ?? "");
  const back = await signInAtProvider(begun.href, "eve", browser(world.issuer));
  const answer = await ana.open(back.slice(world.server.url.length));
  expect([answer.status, ana.cookies.has(SESSION)]).toEqual([403, false]);
  expect(answer.text).toContain("invalid_grant");
});

it("redeems a code once: the same answer again opens nothing", async () => {
  const ana = here();
  const begun = await ana.open("/sign-in/oidc");
  const attempt = ana.cookies.get(ATTEMPT) ?? "";
  const back = await signInAtProvider(begun.headers.get("location") ?? "", "ana", browser(world.issuer));
  const path = back.slice(world.server.url.length);
  expect((await ana.open(path)).status).toBe(303);
  const again = here();
  again.cookies.set(ATTEMPT, attempt);
  const replayed = await again.open(path);
  expect([replayed.status, again.cookies.has(SESSION)]).toEqual([403, false]);
});

it("refuses an answer after ten minutes, and an attempt from the future", async () => {
  const ana = here();
  const begun = await ana.open("/sign-in/oidc");
  const back = await signInAtProvider(begun.headers.get("location") ?? "", "ana", browser(world.issuer));
  const attempt = ana.cookies.get(ATTEMPT) ?? "";
  const beganMs = nowMs;
  const statuses: number[] = [];
  for (const atMs of [beganMs + 600_001, beganMs - 1]) {
    nowMs = atMs;
    ana.cookies.set(ATTEMPT, attempt);
    statuses.push((await ana.open(back.slice(world.server.url.length))).status);
  }
  nowMs = beganMs;
  expect(statuses).toEqual([400, 400]);
  expect(ana.cookies.has(SESSION)).toBe(false);
});

it("shows what the provider says when it refuses, as text", async () => {
  const ana = here();
  const begun = new URL((await ana.open("/sign-in/oidc")).headers.get("location") ?? "");
  const query = new URLSearchParams({
    state: begun.searchParams.get("state") ?? "",
    iss: world.issuer,
    error: "access_denied",
    error_description: '<script>alert(1)</script>" onmouseover=alert(1)',
  });
  const answer = await ana.open(`/sign-in/oidc/callback?${query}`);
  expect(answer.status).toBe(403);
  expect(answer.text).toContain("access_denied");
  expect(answer.text).not.toContain("<script>alert");
});

it("signs out here, and shows the way to sign out of the provider, which takes it", async () => {
  const ana = here();
  await signInByOidc(ana, "ana", world);
  await ana.open("/");
  const answer = await ana.post("/sign-out");
  expect([answer.status, ana.cookies.has(SESSION)]).toEqual([200, false]);
  const url = new URL((/href="(http[^"]+)"/.exec(answer.text)?.[1] ?? "").replaceAll("&amp;", "&"));
  expect([url.origin, url.searchParams.get("client_id")]).toEqual([world.issuer, "causeway"]);
  expect(url.searchParams.get("post_logout_redirect_uri")).toBe(`${world.server.url}/sign-in`);
  expect((url.searchParams.get("id_token_hint") ?? "").split(".")).toHaveLength(3);
  expect((await browser(world.issuer).open(url.href)).status).toBe(200);
  expect((await ana.open("/")).status).toBe(303);
});

it("keeps neither the access token nor the ID token in the store as it came", async () => {
  const ana = here();
  await signInByOidc(ana, "ana", world);
  const { default: Sqlite } = await import("better-sqlite3");
  const db = new Sqlite(`${world.server.home}/causeway.db`, { readonly: true });
  const rows = JSON.stringify(db.prepare("select * from web_sessions").all());
  db.close();
  expect(rows).toContain("oidc:ana");
  expect(rows).not.toMatch(/eyJ[\w-]+\./);
  for (const token of ana.cookies.values()) expect(rows).not.toContain(token);
});

it("asks for a sign-in on this machine too, and the API for a key", async () => {
  expect((await here().open("/")).headers.get("location")).toBe("/sign-in?to=%2F");
  expect((await world.server.ask("/v1/incidents")).status).toBe(401);
});

it("says that the provider is down, lets keys in, and works again when it is back", async () => {
  const other = await startOidcWorld({ settings: {} });
  const key = await other.server.newKey("read");
  await other.stopProvider();
  const ana = browser(other.server.url);
  const answer = await ana.open("/sign-in/oidc");
  expect(answer.status).toBe(503);
  expect(answer.text).toContain("Shop login does not answer");
  expect((await ana.post("/sign-in", { key })).status).toBe(303);
  await other.server.stop();
});

it("says that the provider fails, and that its settings are wrong", async () => {
  const failing = await startOidcWorld({ intercept: () => (_, response) => response.writeHead(500).end("no") });
  const broken = await browser(failing.server.url).open("/sign-in/oidc");
  expect([broken.status, broken.text.includes("Shop login failed (HTTP 500)")]).toEqual([503, true]);
  await failing.stop();
  const wrong = await startOidcWorld({ clientSecret: "not-the-secret" });
  const { answer } = await signInByOidc(browser(wrong.server.url), "ana", wrong);
  expect(answer.status).toBe(500);
  expect(answer.text).toContain("Shop login does not accept the id or the secret of Causeway");
  expect(answer.text).toContain("web.oidc.clientSecret");
  expect(answer.text).not.toContain("not-the-secret");
  await wrong.stop();
});
