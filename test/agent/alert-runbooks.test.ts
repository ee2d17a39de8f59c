import { expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import type { AgentDeps } from "../../src/agent/deps.ts";
import { runbookPages } from "../../src/connectors/web/runbook-pages.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { Embedder } from "../../src/domain/memory.ts";
import { Alert } from "../../src/domain/telemetry.ts";
import { sourceOf } from "../fakes.ts";
import { memoryOf } from "../memory-of.ts";
import { type Page, redirectTo, servePages } from "../connectors/web/page-server.ts";
import { ALARM_MS, incident, agentOver, metricsAnswering, runbookFor, spiking, declaredTopology } from "./fakes.ts";
import { HANG_MS } from "../hang.ts";

const PAGE = "# Busy processors\n\nWhen cpu usage shifts up and latency rises, look at the busiest process.\n";

const alertsNaming = (...urls: (string | undefined)[]) =>
  sourceOf(
    "alert",
    urls.map((runbookUrl, n) =>
      Alert.parse({ timeUnixMs: ALARM_MS, entity: "stock", name: `CpuHigh${n}`, runbookUrl }),
    ),
  );
const holding = (...slugs: string[]): AgentDeps["runbooks"] => ({
  name: "fake",
  listRunbooks: async () =>
    slugs.map((slug) => ({
      ...runbookFor([]),
      slug,
      name: slug,
      description: "For nothing that is seen here",
      body: "",
    })),
});

/** Analyses the incident of a busy "stock", whose alerts name those addresses. */
async function analysed(urls: readonly (string | undefined)[], overrides: Partial<AgentDeps> = {}) {
  const agent = await agentOver(
    { metrics: metricsAnswering(spiking), topology: declaredTopology, alerts: alertsNaming(...urls) },
    { memory: await memoryOf(), ...overrides },
  );
  return (await analyse(agent, incident.id, { analysisId: "an-1" })).report;
}

/** Counts what it embeds, and remembers the texts. */
function counting(embedder: Embedder): Embedder & { texts: string[] } {
  const texts: string[] = [];
  return {
    model: embedder.model,
    texts,
    embed: (requested, signal) => (texts.push(...requested), embedder.embed(requested, signal)),
  };
}

/** A server with its pages allowed below `/team/`, and a memory whose embedding is counted. */
async function teamServing(pages: Record<string, Page>, timeoutMs = HANG_MS) {
  const server = await servePages(pages);
  const { embedder, ...rest } = await memoryOf();
  const counted = counting(embedder);
  const embeddedPages = (): number => counted.texts.filter((text) => text.startsWith("# ")).length;
  return {
    server,
    embeddedPages,
    overrides: {
      memory: { ...rest, embedder: counted },
      pages: runbookPages([`${server.origin}/team/`], { timeoutMs }),
    },
  };
}

it("names the configured runbook that the alerts link to, and plans none of its steps", async () => {
  const report = await analysed(["https://anywhere.example/crash-loop.md", "https://anywhere.example/else"], {
    runbooks: holding("crash-loop"),
  });
  expect(report.alert_runbooks).toEqual([
    { url: "https://anywhere.example/crash-loop.md", alerts: ["CpuHigh0"], runbook: "crash-loop", title: null },
    { url: "https://anywhere.example/else", alerts: ["CpuHigh1"], runbook: null, title: null },
  ]);
  expect(report.runbook).toMatchObject({
    drafted: true,
    why: expect.stringMatching(
      /no runbook treats .*; the alerts link to crash-loop; it does not list this cause, but may help$/,
    ),
  });
  expect(report.actions).toEqual([]);
});

it("plans with the runbook that treats the cause, whatever the alerts link to", async () => {
  const [cause = ""] = (await analysed([])).root_causes.map(({ category }) => category);
  const treating = { ...runbookFor([cause]), slug: "treats-it", name: "treats-it" };
  const { runbook, alert_runbooks } = await analysed(["https://anywhere.example/crash-loop"], {
    runbooks: { name: "fake", listRunbooks: async () => [...(await holding("crash-loop").listRunbooks()), treating] },
  });
  expect(runbook).toMatchObject({ name: "treats-it", drafted: false, why: expect.not.stringContaining("crash-loop") });
  expect(alert_runbooks).toMatchObject([{ runbook: "crash-loop" }]);
});

it("lists known links first, then those of most alerts", async () => {
  const report = await analysed(
    ["https://r.example/a", "https://r.example/a", "https://r.example/crash-loop", "https://r.example/b"],
    { runbooks: holding("crash-loop") },
  );
  expect(report.alert_runbooks?.map(({ url }) => url)).toEqual([
    "https://r.example/crash-loop",
    "https://r.example/a",
    "https://r.example/b",
  ]);
});

it("omits links when no alert has one", async () => {
  expect(await analysed([undefined])).not.toHaveProperty("alert_runbooks");
});

it("reads a page that the alerts link to, and finds it by its words when no alert links to it any more", async () => {
  const { server, overrides } = await teamServing({ "/team/cpu": PAGE });
  const report = await analysed([`${server.origin}/team/cpu`], overrides);
  expect(report.alert_runbooks).toMatchObject([{ runbook: null, title: "Busy processors" }]);
  expect(report.runbook?.why).toContain(`the alerts link to "Busy processors" (${server.origin}/team/cpu); read it`);
  const later = await analysed([], overrides);
  expect(later.runbook?.why).toContain(
    `the most likely runbook by its text is "Busy processors" (${server.origin}/team/cpu)`,
  );
  expect(server.requests).toEqual(["/team/cpu"]);
});

it("plans no step of a page, even if it is written as a runbook", async () => {
  const [cause = ""] = (await analysed([])).root_causes.map(({ category }) => category);
  const step =
    '  - {id: a, title: A, risk: low, reversible: true, script: "change reboot", rollback: "say x", verify: "say x"}';
  const sections = "# Cpu\n\n## Goal\n## Workflow\n## Synthesize Findings\n## Remediation\n";
  const skill = `---\nname: cpu\ndescription: d\ncauses: [${cause}]\nsteps:\n${step}\n---\n${sections}`;
  const { server, overrides } = await teamServing({ "/team/cpu/SKILL.md": skill });
  const report = await analysed([`${server.origin}/team/cpu/SKILL.md`], overrides);
  expect(report.alert_runbooks).toMatchObject([{ title: "Cpu" }]);
  expect(report.runbook?.drafted).toBe(true);
  expect(report.actions).toEqual([]);
});

it("embeds a page again only if it changed", async () => {
  const { server, overrides, embeddedPages } = await teamServing({ "/team/cpu": PAGE });
  await analysed([`${server.origin}/team/cpu`], overrides);
  await analysed([`${server.origin}/team/cpu`], overrides);
  expect([server.requests.length, embeddedPages()]).toEqual([2, 1]);
  server.pages["/team/cpu"] = PAGE.replace("Busy", "Hot");
  const report = await analysed([`${server.origin}/team/cpu`], overrides);
  expect(embeddedPages()).toBe(2);
  expect(report.alert_runbooks).toMatchObject([{ title: "Hot processors" }]);
  const { documents } = await overrides.memory.store.list({ kind: "runbook" });
  expect(documents.map(({ title }) => title)).toEqual(["Hot processors"]);
});

it("forgets a page that is gone or no longer allowed", async () => {
  const { server, overrides } = await teamServing({ "/team/cpu": PAGE, "/team/disk": "# Disks" });
  const titles = async () =>
    (await overrides.memory.store.list({ kind: "runbook" })).documents.map(({ title }) => title);
  await analysed([`${server.origin}/team/cpu`, `${server.origin}/team/disk`], overrides);
  expect(await titles()).toEqual(["Busy processors", "Disks"]);
  delete server.pages["/team/cpu"];
  const report = await analysed([`${server.origin}/team/cpu`], overrides);
  expect(report.not_checked).toContainEqual({
    source: "runbook",
    why: `${server.origin}/team/cpu: the server has no such page`,
  });
  expect(await titles()).toEqual(["Disks"]);
  await analysed([], { ...overrides, pages: runbookPages([]) });
  expect(await titles()).toEqual([]);
});

it("fetches only allowed addresses, and none by default", async () => {
  const { server, overrides } = await teamServing({ "/team/cpu": PAGE, "/admin": PAGE });
  const report = await analysed(
    [
      `${server.origin}/admin`,
      `${server.origin}/team/../admin`,
      `${server.origin}/team/..%2fadmin`,
      `${server.origin}/team/cpu?x=1`,
    ],
    overrides,
  );
  await analysed([`${server.origin}/team/cpu`], { memory: overrides.memory });
  await analysed([`${server.origin}/team/cpu`], { memory: overrides.memory, pages: runbookPages([]) });
  expect(server.requests).toEqual([]);
  expect(report.alert_runbooks?.map(({ title }) => title)).toEqual([null, null, null]);
  expect(report.not_checked.filter(({ source }) => source === "runbook")).toEqual([]);
});

it.each<[string, Page | "down", string]>([
  ["that redirects elsewhere", redirectTo("/admin"), "its server redirects GET URL to HOST, which is not allowed"],
  [
    "that is too long",
    (response) => void response.writeHead(200, { "content-type": "text/plain" }).end("x".repeat(2 ** 21)),
    "its server sent more than 1024 KiB for GET URL",
  ],
  ["that does not answer", () => undefined, "its server did not answer within 300 ms (GET URL)"],
  ["whose server is down", "down", "its server could not be reached: connect ECONNREFUSED HOST (GET URL)"],
])("continues without a page %s, and reports it", async (_, page, why) => {
  const timeoutMs = why.includes("within 300 ms") ? 300 : HANG_MS;
  const { server, overrides } = await teamServing(page === "down" ? {} : { "/team/cpu": page }, timeoutMs);
  if (page === "down") await server.stop();
  const report = await analysed([`${server.origin}/team/cpu`], overrides);
  const url = `${server.origin}/team/cpu`;
  const reason = why.replace("URL", url).replace("HOST", new URL(url).host);
  expect(report.not_checked).toContainEqual({ source: "runbook", why: `${url}: ${reason}` });
  expect(report.alert_runbooks).toMatchObject([{ url: `${server.origin}/team/cpu`, title: null }]);
  expect(report.verdict).toBe("root_cause");
});

it("fetches few pages, each once, no matter how many alerts link to them", async () => {
  const names = Array.from({ length: 8 }, (_, n) => `/team/p${n}`);
  const { server, overrides } = await teamServing(Object.fromEntries(names.map((name) => [name, PAGE])));
  const report = await analysed(
    names.flatMap((name) => [`${server.origin}${name}`, `${server.origin}${name}#part`]),
    overrides,
  );
  expect(server.requests.toSorted()).toEqual(names.slice(0, 5));
  expect(report.not_checked.filter(({ source }) => source === "runbook")).toHaveLength(3);
  expect(report.not_checked).toContainEqual({
    source: "runbook",
    why: `${server.origin}/team/p7: not fetched: an analysis reads at most 5 pages`,
  });
});

it("names the link even if the memory is down", async () => {
  const { server, overrides } = await teamServing({ "/team/cpu": PAGE });
  const list = async () => Promise.reject(new IncidentError("UNAVAILABLE", "the memory is down", { hint: "Wait." }));
  const { store } = overrides.memory;
  const report = await analysed([`${server.origin}/team/cpu`], {
    ...overrides,
    memory: { ...overrides.memory, store: { ...store, known: list, list, search: list } },
  });
  expect(report.runbook?.why).toContain('the alerts link to "Busy processors"');
});
