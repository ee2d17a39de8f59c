import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCOPES } from "../../src/domain/service.ts";
import { scopesOfRole, WEB_ROLES } from "../../src/domain/web-session.ts";
import { operationsOf } from "../http/operations.ts";
import { startServer, type TestServer } from "../http/server.ts";
import { speak } from "../http/socket.ts";
import { type Browser, browser } from "./browser.ts";
import { type PageRoute, pageRoutesOf, pathOf } from "./page-routes.ts";

const SESSION = "causeway-session";
let server: TestServer;
let routes: PageRoute[];
let people: Map<string, Browser>;

beforeAll(async () => {
  server = await startServer({
    demo: true,
    env: { CAUSEWAY_API_KEY: "the-configured-key-of-this-test" },
    settings: { http: { requestsPerSecond: 10_000 } },
  });
  routes = await pageRoutesOf(server);
  people = new Map([["nobody", browser(server.url)]]);
  for (const role of WEB_ROLES) people.set(role, await signedIn(scopesOfRole(role)));
  people.set("read+approve", await signedIn(["read", "approve"]));
});
afterAll(() => server.stop());

async function signedIn(scopes: Parameters<TestServer["newKey"]>): Promise<Browser> {
  const one = browser(server.url);
  expect((await one.signIn(await server.newKey(...scopes))).status).toBe(303);
  await one.open("/sessions");
  return one;
}
/** A copy of a person's browser, so that signing out in it ends nothing for others: its session is new. */
const fresh = (scopes: Parameters<TestServer["newKey"]> = [...SCOPES]): Promise<Browser> => signedIn(scopes);

const knock = (one: Browser, route: PageRoute, headers: Record<string, string> = {}, fields = {}) =>
  route.method === "GET" ? one.open(pathOf(route), headers) : one.post(pathOf(route), fields, headers);

/** What a route says to somebody: `in`, `sign in` (401, or the way to the sign-in page) or `refused` (403). */
async function outcome(one: Browser, route: PageRoute): Promise<string> {
  const { status, headers, text } = await knock(one, route);
  if (status === 401 || (headers.get("location") ?? "").startsWith("/sign-in?to=")) return "sign in";
  return status === 403 && /This needs the scope/.test(text) ? "refused" : "in";
}

it("lets each role do at each route of the pages exactly this", async () => {
  const rows: string[] = [];
  for (const route of routes) {
    const cells: string[] = [];
    for (const who of ["nobody", ...WEB_ROLES, "read+approve"]) {
      // signing out ends a session, so that row needs one of its own
      const isLast = route.path === "/sign-out" && who !== "nobody";
      const scopes = who === "read+approve" ? (["read", "approve"] as const) : scopesOfRole(who as "read");
      const one = isLast ? await fresh([...scopes]) : (people.get(who) ?? browser(server.url));
      cells.push(await outcome(one, route));
    }
    rows.push(`${route.method} ${route.path}: ${cells.join(" | ")}`);
  }
  expect(["method and path: nobody | read | analyse | approve | admin | read+approve", ...rows]).toMatchInlineSnapshot(`
    [
      "method and path: nobody | read | analyse | approve | admin | read+approve",
      "GET /sign-in: in | in | in | in | in | in",
      "POST /sign-in: in | in | in | in | in | in",
      "POST /sign-out: sign in | in | in | in | in | in",
      "GET /sessions: sign in | in | in | in | in | in",
      "POST /sessions/:sessionId/end: sign in | in | in | in | in | in",
      "GET /assets/:name: in | in | in | in | in | in",
      "POST /theme: in | in | in | in | in | in",
      "GET /: sign in | in | in | in | in | in",
      "GET /incidents/:incidentId: sign in | in | in | in | in | in",
      "GET /analyses/:analysisId: sign in | in | in | in | in | in",
      "GET /analyses/:analysisId/evidence: sign in | in | in | in | in | in",
      "GET /analyses/:analysisId/evidence/:evidenceId: sign in | in | in | in | in | in",
      "GET /analyses/:analysisId/alerts: sign in | in | in | in | in | in",
      "GET /analyses/:analysisId/events: sign in | in | in | in | in | in",
      "POST /actions/:actionId/approve: sign in | refused | refused | in | in | in",
      "POST /actions/:actionId/reject: sign in | refused | refused | in | in | in",
      "POST /incidents/:incidentId/notes: sign in | refused | in | in | in | refused",
      "POST /analyses/:analysisId/feedback: sign in | refused | in | in | in | refused",
      "POST /incidents/:incidentId/analyses: sign in | refused | in | in | in | refused",
      "GET /try: sign in | in | in | in | in | in",
      "POST /try: sign in | refused | in | in | in | refused",
      "GET /sources: sign in | in | in | in | in | in",
      "GET /analyses/:analysisId/post-mortem: sign in | in | in | in | in | in",
      "GET /analyses/:analysisId/post-mortem.md: sign in | in | in | in | in | in",
    ]
  `);
});

describe("forms", () => {
  const posts = (): PageRoute[] => routes.filter(({ method }) => method !== "GET");

  it("are refused without a token, with a wrong one, with that of another session and with an old one", async () => {
    const [mine, other, old] = [await fresh(), await fresh(), await fresh()];
    const stolen = (await other.open("/sessions")).csrf;
    const stale = (await old.open("/sessions")).csrf;
    old.cookies.delete(SESSION);
    const visitors = (await old.open("/sign-in")).csrf;
    const right = (await mine.open("/sessions")).csrf;
    const wrong = [
      "",
      "x",
      stolen,
      stale,
      visitors,
      right.slice(0, -1),
      `${right}=`,
      right.toUpperCase(),
      mine.cookies.get(SESSION) ?? "",
    ];
    const passed: string[] = [];
    for (const route of posts())
      for (const csrf of wrong) {
        const answers = [
          await knock(mine, route, {}, { csrf }),
          await knock(mine, route, { "x-csrf-token": csrf }, { csrf: "" }),
        ];
        passed.push(
          ...answers.filter(({ status }) => status !== 403).map(({ status }) => `${route.path} ${csrf} ${status}`),
        );
      }
    expect(posts().length).toBeGreaterThan(3);
    expect(passed).toEqual([]);
    expect((await mine.open("/")).status).toBe(200);
  });

  it.each<Record<string, string>>([
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1:1" },
    { origin: "https://127.0.0.1" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("are refused with the right token from %j", async (headers) => {
    const mine = await fresh();
    const passed: string[] = [];
    for (const route of posts()) {
      const { csrf } = await mine.open("/sessions");
      const { status } = await knock(mine, route, headers, { csrf });
      if (status !== 403) passed.push(`${route.path} ${status}`);
    }
    expect(passed).toEqual([]);
    expect((await mine.open("/")).status).toBe(200);
  });

  it("are read as forms only: a page of another site cannot send JSON or plain text in their place", async () => {
    const mine = await fresh();
    const { csrf } = await mine.open("/sessions");
    for (const route of posts()) {
      const answers = await Promise.all(
        ["text/plain", "application/json", ""].map((type) =>
          mine.post(pathOf(route), { csrf }, { "content-type": type, "x-csrf-token": csrf }),
        ),
      );
      expect([route.path, answers.map(({ status }) => status)]).toEqual([route.path, [415, 415, 415]]);
    }
  });
});

describe("every page", () => {
  const gets = (): PageRoute[] => routes.filter(({ method, path }) => method === "GET" && !path.startsWith("/assets/"));

  it("forbids frames, inline scripts and caching, and tells other sites nothing", async () => {
    const root = await fresh();
    for (const route of gets())
      for (const one of [root, browser(server.url)]) {
        const { headers, status } = await one.open(pathOf(route));
        const found = Object.fromEntries(headers);
        expect([
          route.path,
          status,
          found["x-frame-options"],
          found["cache-control"],
          found["x-content-type-options"],
        ]).toEqual([route.path, status, "DENY", "no-store", "nosniff"]);
        expect(found["content-security-policy"]).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
        expect(found["content-security-policy"]).not.toMatch(/unsafe|\*|https?:/);
        expect(found["cross-origin-resource-policy"]).toBe("same-origin");
        expect(found["cross-origin-opener-policy"]).toBe("same-origin");
        expect(found["referrer-policy"]).toMatch(/^(?:same-origin|no-referrer)$/);
        expect(found["access-control-allow-origin"]).toBeUndefined();
      }
  });

  it("opens from a link on another site, and not in a frame, as a script, as a picture or by fetch", async () => {
    const root = await fresh();
    // `fetch` of Node sets these headers itself
    const from = async (path: string, mode: string, dest: string): Promise<number> => {
      const cookie = [...root.cookies].map((pair) => pair.join("=")).join("; ");
      const sent = { host: new URL(server.url).host, cookie, connection: "close", "sec-fetch-site": "cross-site" };
      const headers = Object.entries({ ...sent, "sec-fetch-mode": mode, "sec-fetch-dest": dest });
      const lines = [`GET ${path} HTTP/1.1`, ...headers.map((pair) => pair.join(": "))];
      return (await speak(server.url, `${lines.join("\r\n")}\r\n\r\n`)).status;
    };
    for (const path of ["/", "/sessions", "/sign-in"]) {
      expect([200, 303]).toContain(await from(path, "navigate", "document"));
      for (const [mode, dest] of [
        ["navigate", "iframe"],
        ["navigate", "object"],
        ["no-cors", "script"],
        ["no-cors", "image"],
        ["cors", "empty"],
      ])
        expect([path, dest, await from(path, mode ?? "", dest ?? "")]).toEqual([path, dest, 403]);
    }
  });

  it("takes no key in a header: pages are for browsers with a session", async () => {
    const key = await server.newKey(...SCOPES);
    const guarded = routes.filter(
      ({ path }) => !path.startsWith("/sign-in") && !path.startsWith("/assets/") && path !== "/theme",
    );
    for (const route of guarded)
      for (const headers of [{ authorization: `Bearer ${key}` }, { "x-api-key": key }]) {
        const { status, headers: sent } = await knock(browser(server.url), route, headers);
        expect([route.path, status === 401 || (sent.get("location") ?? "").startsWith("/sign-in?to=")]).toEqual([
          route.path,
          true,
        ]);
      }
  });
});

it("opens nothing of the API to a session, not even to an administrator's", async () => {
  const root = await fresh();
  const cookie = [...root.cookies].map((pair) => pair.join("=")).join("; ");
  const { csrf } = await root.open("/sessions");
  const opened: string[] = [];
  const operations = (await operationsOf(server)).filter(({ scope }) => scope !== null);
  for (const { method, path, contentType } of operations) {
    const { status } = await server.ask(path.replaceAll(/\{\w+\}/g, "shop-001"), {
      method,
      headers: { cookie, "x-csrf-token": csrf, ...(contentType === null ? {} : { "content-type": contentType }) },
      ...(contentType === null ? {} : { body: "{}" }),
    });
    if (status !== 401) opened.push(`${method} ${path}: ${status}`);
  }
  expect(operations.length).toBeGreaterThan(25);
  expect(opened).toEqual([]);
});

it.each([
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "https://evil.example",
  "https:evil.example",
  "http:/evil.example",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "/a/..//evil.example",
  "/.//evil.example",
  "/%2e%2e//evil.example",
  "/./\\evil.example",
  "/..\\/evil.example",
  "/a/../..//evil.example",
  " /x",
  "/ x",
  "/\u2028x",
  "x",
  "?x",
  "#x",
  "",
  "/sign-in",
  "/sign-in/oidc",
  "/sign-out",
  "/v1/incidents",
  "/sign-in?to=//evil.example",
  "/\u0000",
  "@evil.example",
  "/@evil.example\\..",
  "//evil.example/%2f..",
  "/%09/evil.example\r\nset-cookie: a=b",
  `/${"a".repeat(3_000)}`,
  "//127.0.0.1@evil.example",
  "/;@evil.example//",
  "https://127.0.0.1",
  "//google.com/%2e%2e",
  "/\u00a0/evil.example",
])("goes to no other site after a sign-in: %j", async (to) => {
  const ana = browser(server.url);
  await ana.open("/sign-in");
  const { headers } = await ana.post("/sign-in", { key: "the-configured-key-of-this-test", to });
  const there = new URL(headers.get("location") ?? "", server.url);
  expect([there.origin, headers.get("set-cookie")?.includes("a=b") ?? false]).toEqual([server.url, false]);
  expect(there.pathname.startsWith("//")).toBe(false);
  expect(there.pathname).not.toMatch(/^\/(?:sign-in|sign-out|v1)/);
});
