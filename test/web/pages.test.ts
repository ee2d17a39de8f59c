import { afterAll, beforeAll, expect, it } from "vitest";
import { startServer, type TestServer } from "../http/server.ts";
import { browser } from "./browser.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

it("lists the incidents as a page that allows no inline script, no frame and no other site", async () => {
  const { status, headers, text } = await server.ask("/");
  expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
  expect(text).toContain('href="/incidents/shop-001"');
  expect(headers.get("content-security-policy")).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
      "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  );
  expect(headers.get("cache-control")).toBe("no-store");
  expect(text).not.toMatch(/<script(?! src="\/assets\/)|<style|\son\w+=|\sstyle=/);
});

it("serves scripts and styles under names that change with their content, for a year", async () => {
  const { text } = await server.ask("/");
  const paths = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
  expect(paths.length).toBeGreaterThan(2);
  for (const path of paths) {
    const { status, headers } = await server.ask(path);
    expect([path, status]).toEqual([path, 200]);
    expect(path).toMatch(/-[0-9a-f]{12}\.\w+$/);
    expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  }
  expect((await server.ask("/assets/page.css")).status).toBe(404);
  expect((await server.ask("/assets/..%2f..%2fpackage.json")).status).toBe(404);
});

it("keeps the choice of colours in a cookie, and goes back to a page of its own only", async () => {
  const ana = browser(server.url);
  await ana.open("/");
  const choose = (back: string) => ana.post("/theme", { theme: "dark", back });
  const { status, headers } = await choose("/?q=cart");
  expect([status, headers.get("location")]).toEqual([303, "/?q=cart"]);
  expect((await ana.open("/")).text).toContain('data-theme="dark"');
  for (const back of ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""])
    expect((await choose(back)).headers.get("location")).toBe("/");
});

it("answers a browser with a page when there is none, and a program with problem details", async () => {
  const page = await server.ask("/nothing<b>", { headers: { accept: "text/html" } });
  expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=UTF-8"]);
  expect(page.text).not.toContain("<b>");
  expect((await server.ask("/nothing")).json).toMatchObject({ status: 404 });
});

it("leads out of an error with links: back, again, to the list, and says what to do", async () => {
  const referer = `${server.url}/incidents/shop-001`;
  const { text, status } = await server.ask("/incidents/none", { headers: { accept: "text/html", referer } });
  expect(status).toBe(404);
  expect(text).toContain('<a href="/incidents/shop-001">Back to the page before</a>');
  expect(text).toContain('<a href="/">All incidents</a>');
  const foreign = await server.ask("/incidents/none", {
    headers: { accept: "text/html", referer: "https://evil.example/x" },
  });
  expect(foreign.text).not.toMatch(/evil|Back to the page before/);
  const unknown = await server.ask("/nowhere", { headers: { accept: "text/html" } });
  expect(unknown.text).toMatch(/<main[^]*<p>[^<]{20,}<\/p>[^]*<a href="\/">/);
});

it("names keys only where they work, and shows no column of owners without owners", async () => {
  const page = async (path: string) => (await server.ask(path, { headers: { accept: "text/html" } })).text;
  expect(await page("/")).toContain("Keys: <kbd>/</kbd>");
  expect(await page("/try")).not.toContain("<kbd>");
  expect(await page("/")).not.toContain("Owner");
});

it("sends the list alone to a search while typing", async () => {
  const { text } = await server.ask("/?q=shop", { headers: { accept: "text/html", "hx-request": "true" } });
  expect(text.trim()).toMatch(/^<section id="incident-list"[^]*<\/section>$/);
  expect(text).not.toContain("<html");
});
