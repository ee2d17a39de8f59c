import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ENVIRONMENT } from "../../src/host.ts";
import { startServer, type TestServer } from "../http/server.ts";
import { startChromium } from "./chromium.ts";

/** `npm run page-images` sets it: a run of the tests leaves the tree as it is. */
const SHOTS = ENVIRONMENT.CAUSEWAY_PAGE_IMAGES;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Pictures of the second test that the docs show. */
const KEPT = new Set(["list-light", "list-phone", "try-light", "sources-light"]);
const PATIENCE_MS = 120_000;

let server: TestServer;
let chromium: Browser;
let context: BrowserContext;
let page: Page;
/** What the browser complains about, such as a script that the policy refuses. */
const complaints: string[] = [];

beforeAll(async () => {
  server = await startServer({ demo: true, workers: 1, settings: { http: { requestsPerSecond: 10_000 } } });
  chromium = await startChromium();
  context = await chromium.newContext({ viewport: { width: 1280, height: 1000 } });
  page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
}, 180_000);
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

async function shot(name: string, { mode = "light", whole = false }: { mode?: string; whole?: boolean } = {}) {
  if (SHOTS === undefined) return;
  await mkdir(SHOTS, { recursive: true });
  const size = mode === "phone" ? { width: 390, height: 844 } : { width: 1280, height: 1000 };
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: mode === "dark" ? "dark" : "light" });
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  await page.screenshot({ path: join(SHOTS, `${name}-${mode}.png`), fullPage: whole });
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.emulateMedia({ colorScheme: "light" });
}

type Violation = { id: string; impact: string; nodes: { html: string; any: { message: string }[] }[] };

/** Serious violations of WCAG 2 A and AA. axe is run by the test, not by the page, whose policy refuses it. */
async function violations(): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<Violation[]>(
    'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }).then((run) => run.violations)',
  );
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(({ html, any }) => `${html.slice(0, 120)} (${any[0]?.message ?? ""})`)
          .join("; ")}`,
    );
}

const overflows = () =>
  page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth");

it(
  "leads from the list to the cause, its evidence, a decision, a note and a post-mortem",
  { timeout: 300_000 },
  async () => {
    await page.goto(server.url);
    await page.locator("input[type=search]").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("shop-001");
    await page.locator("table.incidents tbody tr").nth(1).waitFor({ state: "detached" });
    expect(await page.locator("table.incidents tbody tr").count()).toBe(1);
    await page.locator("body").press("Escape");
    await page.locator("h1").click();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");

    // an analysis, live
    await page.getByRole("button", { name: "Analyze" }).click();
    await page.locator("#verdict").waitFor();
    await page.goto(`${server.url}/incidents/shop-001`);
    expect(await page.locator(".verdict-line").innerText()).toMatch(
      /ROOT CAUSE\s+inventory \(service\): connection pool/,
    );
    await page.locator(".timeline .plot canvas").first().waitFor();
    expect(await page.locator(".timeline .plot canvas").count()).toBe(3);
    expect(await page.locator(".wide a.node.role-cause .name").innerHTML()).toBe("inventory");
    expect(await overflows()).toBe(false);
    expect(await violations()).toEqual([]);
    await shot("incident");
    await shot("incident", { mode: "dark" });
    await shot("incident", { mode: "phone" });

    // the evidence, in place
    const finding = page.locator("#evidence details.evidence").first();
    await finding.locator("summary").click();
    await finding.locator(".samples li").first().waitFor();
    expect(await finding.innerText()).toContain("could not acquire a database connection");
    await page.locator("#hypotheses").scrollIntoViewIfNeeded();
    await page.locator("#hypotheses details.evidence summary").first().click();
    await page.locator("#hypotheses .samples li").first().waitFor();
    await page.evaluate("document.querySelector('#hypotheses').scrollIntoView()");
    await shot("evidence");
    expect(await violations()).toEqual([]);

    // a decision needs the box
    const plan = page.locator("#plan");
    const sha = await plan.locator(".hash code").first().innerText();
    await page.evaluate("document.querySelector('#plan').scrollIntoView()");
    await shot("plan");
    await plan.getByLabel("I read the script").first().check();
    await plan.locator(".approve input[name=note]").first().fill("checked with the team");
    await plan.getByRole("button", { name: "Approve" }).first().click();
    await plan.locator(".decided").waitFor();
    expect(await plan.locator(".decided").first().innerText()).toMatch(/approved by .*checked with the team/);
    const [latest] = await server.service.listAnalyses({ incidentId: "shop-001", limit: 1 });
    const { actions } = await server.service.getAnalysis(latest?.id ?? "");
    expect(actions[0]?.decision).toMatchObject({ decision: "approved", scriptSha256: sha });

    await page.getByLabel("New note").fill("The pool was cut from 20 to 6 last week.\n<b>bold</b>");
    await page.getByRole("button", { name: "Save the note" }).click();
    await page.locator(".notes li").waitFor();
    expect(await page.locator(".notes li").innerText()).toContain("<b>bold</b>");

    await page.getByRole("link", { name: "Post-mortem draft" }).click();
    await page.locator("article.draft").waitFor();
    const draft = await page.locator("article.draft").innerText();
    expect(draft).toContain("connection pool exhausted");
    expect(draft).toContain("The pool was cut from 20 to 6");
    expect(await violations()).toEqual([]);
    await shot("post-mortem");
    const markdown = await context.request.get(`${page.url()}.md`);
    expect(await markdown.text()).toMatch(/^# Post-mortem: /);
    expect(complaints).toEqual([]);
  },
);

it("is without serious violations on every page, light, dark and on a phone", { timeout: 200_000 }, async () => {
  const found: string[] = [];
  for (const path of ["/", "/try", "/sources", "/incidents/shop-001"])
    for (const mode of ["light", "dark", "phone"] as const) {
      await page.emulateMedia({ colorScheme: mode === "dark" ? "dark" : "light" });
      await page.setViewportSize(mode === "phone" ? { width: 390, height: 844 } : { width: 1280, height: 1000 });
      await page.goto(server.url + path);
      if (await overflows()) found.push(`${path} ${mode}: wider than the screen`);
      if (mode !== "phone" || path === "/") found.push(...(await violations()).map((one) => `${path} ${mode}: ${one}`));
      const name = path === "/" ? "list" : path.slice(1);
      if (KEPT.has(`${name}-${mode}`)) await shot(name, { mode });
    }
  expect(found).toEqual([]);
});

it("shows the verdict, the drawings and the forms without a script", { timeout: 100_000 }, async () => {
  const plain = await chromium.newContext({ javaScriptEnabled: false });
  const other = await plain.newPage();
  await other.goto(`${server.url}/incidents/shop-001`);
  expect(await other.locator(".verdict-line").innerText()).toContain("inventory");
  expect(await other.locator(".wide polyline").count()).toBe(3);
  await other.locator("#evidence .cites a, #evidence details.evidence summary").first().click();
  await other.getByRole("link", { name: "Numbers, query and raw lines" }).first().click();
  expect(await other.locator(".samples li").count()).toBeGreaterThan(0);
  await plain.close();
});
