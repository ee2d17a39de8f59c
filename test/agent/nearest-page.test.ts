import { expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import { nearestPage } from "../../src/agent/nearest-page.ts";
import type { Runbook } from "../../src/domain/runbook.ts";
import type { Seen } from "../../src/memory/document.ts";
import { aFinding, anIncident } from "../fakes.ts";
import { memoryOf } from "../memory-of.ts";
import { incident, agentOver, metricsAnswering, runbookFor, spiking, declaredTopology } from "./fakes.ts";

const runbook = (slug: string, description: string, body = ""): Runbook => ({
  name: slug,
  slug,
  description,
  body,
  causes: [],
  entityKinds: [],
  steps: [],
  origin: `${slug}/SKILL.md`,
});
const shelf = (...runbooks: Runbook[]) => ({ runbooks, pages: [], isKept: () => false });
const certificates = runbook(
  "renew-certificates",
  "When clients refuse an expired TLS certificate",
  "Look for handshake failures: certificate has expired.",
);
const disks = runbook("free-disk-space", "When writes fail because a volume is full", "Remove old segments.");
const seen: Seen = {
  incident: anIncident(),
  topology: { nodes: [], edges: [] },
  ranking: { verdict: "root_cause", hypotheses: [] },
  findings: [
    {
      ...aFinding({
        signal: "log",
        kind: "log.new-template",
        evidence: {
          connector: "f",
          query: "q",
          window: null,
          facts: {},
          template: "TLS handshake failed: certificate has expired",
        },
      }),
      id: "E1",
    },
  ],
};
const slugs = async (memory: Awaited<ReturnType<typeof memoryOf>>) =>
  (await memory.store.list({ kind: "runbook" })).documents.map(({ title }) => title);

it("is the runbook with the words of the symptoms", async () => {
  expect((await nearestPage({ alerts: [], seen }, shelf(disks, certificates), await memoryOf(), 1))?.title).toBe(
    "renew-certificates",
  );
});

it("is null if no runbook shares a word, or no runbook exists", async () => {
  const memory = await memoryOf();
  expect(await nearestPage({ alerts: [], seen }, shelf(disks), memory, 1)).toBeNull();
  expect(await nearestPage({ alerts: [], seen }, shelf(), memory, 2)).toBeNull();
});

it("updates the index: a changed runbook is embedded again, a removed one is deleted", async () => {
  const memory = await memoryOf();
  await nearestPage({ alerts: [], seen }, shelf(disks, certificates), memory, 1);
  expect(await slugs(memory)).toEqual(["free-disk-space", "renew-certificates"]);
  const rewritten = { ...disks, body: "TLS handshake failed: certificate has expired, certificate has expired" };
  expect((await nearestPage({ alerts: [], seen }, shelf(rewritten), memory, 2))?.title).toBe("free-disk-space");
  expect(await slugs(memory)).toEqual(["free-disk-space"]);
});

it("is named in the report when no runbook treats the cause, and none of its steps is planned", async () => {
  const nothingTreats = {
    ...runbookFor([]),
    description: "When cpu latency shifts",
    body: "metric shift, cpu usage up, latency up",
  };
  const matching = { memory: await memoryOf(), runbooks: { name: "fake", listRunbooks: async () => [nothingTreats] } };
  const { report } = await analyse(
    await agentOver({ metrics: metricsAnswering(spiking), topology: declaredTopology }, matching),
    incident.id,
    { analysisId: "an-1" },
  );
  expect(report.runbook).toMatchObject({
    drafted: true,
    why: expect.stringMatching(/no runbook treats .*; the most likely runbook by its text is restart-it/),
  });
  expect(report.actions).toEqual([]);
});
