import { afterAll, beforeAll, expect, it } from "vitest";
import { browser } from "./browser.ts";
import { crawl, type CrawledPage, troubleIn } from "./crawl.ts";
import { startChromium } from "./chromium.ts";
import { type HostileServer, KEY, startHostileServer } from "./hostile-incidents.ts";

/** Scripts that the test puts into each page; there are no types of the DOM here. */
const WATCH = `addEventListener("securitypolicyviolation", (event) =>
  violated(event.violatedDirective + " " + event.blockedURI));`;
const TOUCH = `for (const element of document.querySelectorAll("main *")) {
  element.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
  element.dispatchEvent(new FocusEvent("focus"));
  if (element instanceof HTMLDetailsElement) element.open = true;
}`;

/** About as many pages are opened in the real browser; all are parsed. */
const VISITED = 20;

let hostile: HostileServer;
let pages: CrawledPage[];
beforeAll(async () => {
  hostile = await startHostileServer();
  const ana = browser(hostile.server.url);
  await ana.signIn(KEY);
  pages = await crawl(ana, ["/", "/sessions", "/sign-in", ...hostile.incidentPaths], 1_500);
}, 120_000);
afterAll(() => hostile.server.stop());

const htmlPages = (): CrawledPage[] => pages.filter(({ type }) => type.startsWith("text/html"));

it("seeds at least 100 payloads, and opens the pages that show them", () => {
  expect(hostile.payloads).toBeGreaterThanOrEqual(100);
  const text = htmlPages()
    .map((page) => page.text)
    .join("\n");
  expect(htmlPages().length).toBeGreaterThan(3);
  expect(text.split("pwned()").length).toBeGreaterThan(100);
  expect(pages.filter(({ status }) => status >= 500)).toEqual([]);
});

it("shows each payload as a note of its own", () => {
  const textOf = (path: string): string => pages.find((page) => page.path === path)?.text ?? "";
  const notes = textOf("/incidents/hostile-0").match(/note \d+: /g) ?? [];
  expect(new Set(notes).size).toBeGreaterThanOrEqual(hostile.payloads);
});

it("lets no payload become a script, a handler, a style, a frame or a link that runs", () => {
  const found = htmlPages().flatMap(({ path, text }) => troubleIn(text).map((trouble) => `${path}: ${trouble}`));
  expect(found).toEqual([]);
});

it("runs no script of a payload in a real browser, and violates the content security policy nowhere", async () => {
  const { url } = hostile.server;
  const all = htmlPages().map(({ path }) => path);
  const sample = all.filter((_, at) => at < 6 || at % Math.ceil(all.length / VISITED) === 0);
  const chromium = await startChromium();
  const page = await chromium.newPage();
  const trouble: string[] = [];
  page.on("dialog", (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== url) trouble.push(`request to ${request.url()}`);
  });
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) trouble.push(message.text());
  });
  await page.exposeFunction("pwned", () => void trouble.push(`${page.url()}: a payload ran`));
  await page.addInitScript({ content: WATCH });
  await page.exposeFunction("violated", (text: string) => void trouble.push(`${page.url()}: ${text}`));
  await page.goto(`${url}/sign-in?to=${encodeURIComponent("/sessions")}`);
  await page.fill("input[name=key]", KEY);
  await page.click("main button");
  await page.waitForURL(`${url}/sessions`);
  for (const path of sample) {
    await page.goto(url + path, { waitUntil: "load" });
    // what runs only when somebody points at it, or opens it
    await page.evaluate(TOUCH);
  }
  await chromium.close();
  expect(sample.length).toBeGreaterThan(5);
  expect(trouble).toEqual([]);
}, 120_000);

it("sends no payload in a header, and files only as downloads or plain text", () => {
  const other = pages.filter(({ type, status }) => !type.startsWith("text/html") && status === 200);
  expect(
    other.filter(({ type }) => !/^(?:text\/(?:plain|markdown|event-stream)|application\/json)/.test(type)),
  ).toEqual([]);
});

it("recognises what it looks for", () => {
  const bad = [
    "<script>x</script>",
    "<img src=x onerror=y>",
    '<a href="javascript:x">x</a>',
    '<a href="java\tscript:x">x</a>',
    '<a href="//evil.example">x</a>',
    '<p title="x" style="y">x</p>',
    "<iframe></iframe>",
    '<form action="https://evil.example">',
    '<img src="https://evil.example/x">',
    '<div hx-on:load="x">',
    "<svg><use href=x /></svg>",
  ];
  expect(bad.filter((html) => troubleIn(html).length === 0)).toEqual([]);
});
