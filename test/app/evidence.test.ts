import { expect, it, vi } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import { listEvidence } from "../../src/app/evidence.ts";
import { fileIncidents } from "../../src/connectors/files/incidents.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { IncidentStore } from "../../src/domain/ports.ts";
import { Report } from "../../src/domain/report.ts";
import { renderEvidence } from "../../src/render/evidence.ts";
import { renderText } from "../../src/render/text.ts";
import { agentOver, incidentsHolding, series, spiking, topology } from "../agent/fakes.ts";
import { logsAnswering, sourceOf } from "../fakes.ts";

const fixtures = fileIncidents(["fixtures"]);
const plain = { color: false, width: 100 };

async function analysed(incidents: IncidentStore, incidentId: string) {
  const agent = await agentOver({}, { incidents, review: false });
  const { report } = await analyse(agent, incidentId, { analysisId: "an-1" });
  return { report, parts: { store: agent.deps.store, incidents } };
}

it.each(["shop-001", "shop-002", "shop-003", "shop-004", "shop-005", "shop-006"])(
  "lists every id of the report of %s, and a re-run brings the same",
  async (incidentId) => {
    const { report, parts } = await analysed(fixtures, incidentId);
    const listing = await listEvidence(parts, "an-1", { rerun: true });
    expect(listing.evidence.map(({ id }) => id)).toEqual(report.evidence.map(({ id }) => id));
    const reads = listing.evidence.flatMap((item) => item.reads.map((read) => ({ id: item.id, ...read })));
    expect(reads.filter(({ same }) => same !== true)).toEqual([]);
    expect(reads.filter(({ basis, samples }) => basis?.count === 0 || samples.length === 0)).toEqual([]);
    const text = renderEvidence(listing, plain);
    const cited = new Set(renderText(report, plain).match(/\bE\d+\b/g));
    for (const id of [...cited, ...report.evidence.map((item) => item.id)])
      expect(text).toMatch(new RegExp(`^${id}  `, "m"));
    expect(text).toContain(`All ${reads.length} compared queries return the same as before.`);
  },
);

const shop = {
  metrics: sourceOf("metric", spiking),
  topology: sourceOf("topology", topology),
};
const shopIncidents = incidentsHolding(shop);

it("lists only the ids that were asked for, and refuses one that does not exist", async () => {
  const { report, parts } = await analysed(shopIncidents, "inc-1");
  const last = report.evidence.at(-1)?.id ?? "";
  const { evidence, rerun } = await listEvidence(parts, "an-1", { ids: [last] });
  expect(evidence.map(({ id, reads }) => [id, reads.length, reads[0]?.now])).toEqual([[last, 1, null]]);
  expect(rerun).toBe(false);
  await expect(listEvidence(parts, "an-1", { ids: ["E999"] })).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: "analysis an-1 has no evidence E999",
  });
});

it("shows then and now where the telemetry changed since", async () => {
  const { parts } = await analysed(shopIncidents, "inc-1");
  const changed = spiking.map(({ entity, metric }) => series(entity, metric, 1, 2));
  const incidents = incidentsHolding({ ...shop, metrics: sourceOf("metric", changed) });
  const listing = await listEvidence({ ...parts, incidents }, "an-1", { rerun: true });
  expect(new Set(listing.evidence.flatMap(({ reads }) => reads.map(({ same }) => same)))).toEqual(new Set([false]));
  expect(renderEvidence(listing, plain)).toMatch(/Different now: E1,/);
});

it("says why a query cannot be run any more, and still shows what the report has", async () => {
  const { report, parts } = await analysed(shopIncidents, "inc-1");
  const incidents = incidentsHolding({ topology: shop.topology });
  const { evidence } = await listEvidence({ ...parts, incidents }, "an-1", { rerun: true });
  expect(evidence).toHaveLength(report.evidence.length);
  expect(evidence[0]?.reads).toMatchObject(
    [{ now: null, same: null, samples: [], error: /no source/ }].map((read) => ({
      ...read,
      error: expect.stringMatching(read.error),
    })),
  );
});

it("masks secrets in raw lines", async () => {
  const from = spiking[0]?.timesMs[240] ?? 0;
  const lines = Array.from({ length: 300 }, (_, at) =>
    JSON.stringify({
      timeUnixNano: `${from - 150_000 + at * 1000}000000`,
      service: "stock",
      pod: "",
      body: at < 150 ? `served ${at}` : `cannot log in with password=hunter2 at try ${at}`,
    }),
  );
  const { parts } = await analysed(incidentsHolding({ ...shop, logs: logsAnswering(lines) }), "inc-1");
  const listing = await listEvidence(parts, "an-1");
  const texts = listing.evidence.flatMap(({ reads }) =>
    reads.flatMap(({ samples }) => samples.map(({ text }) => text)),
  );
  expect(texts.some((text) => text.includes("cannot log in with password="))).toBe(true);
  expect(JSON.stringify(listing)).not.toContain("hunter2");
});

it("shows the stored evidence where the incident cannot be opened any more", async () => {
  const { report, parts } = await analysed(shopIncidents, "inc-1");
  const openTelemetry = () =>
    Promise.reject(new IncidentError("CONFIG", "scenario.json: not JSON", { hint: "Correct this file." }));
  const { evidence } = await listEvidence({ ...parts, incidents: { openTelemetry } }, "an-1", { rerun: true });
  expect(evidence.map(({ id }) => id)).toEqual(report.evidence.map(({ id }) => id));
  expect(evidence[0]?.reads[0]).toMatchObject({
    same: null,
    error: expect.stringContaining("scenario.json: not JSON"),
  });
});

it("names a file that is cut off now", async () => {
  const { parts } = await analysed(shopIncidents, "inc-1");
  const problems = [
    { source: "metrics.csv.gz", line: null, what: "damaged or cut off", isCut: true as const },
    { source: "metrics.csv.gz", line: 7, what: "value is not a finite number" },
  ];
  const incidents = incidentsHolding({ ...shop, metrics: sourceOf("metric", spiking.slice(0, 1), { problems }) });
  const { evidence } = await listEvidence({ ...parts, incidents }, "an-1", { rerun: true });
  expect(evidence[0]?.reads[0]?.gaps).toEqual(["broken: metrics.csv.gz: damaged or cut off"]);
});

/** Lines of two minutes and a half without trouble, then as long with `trouble`. */
const troubled = (trouble: (at: number) => object): string[] => {
  const fromMs = (spiking[0]?.timesMs[240] ?? 0) - 150_000;
  return Array.from({ length: 300 }, (_, at) =>
    JSON.stringify({
      timeUnixNano: `${fromMs + at * 1000}000000`,
      service: "stock",
      pod: "",
      ...(at < 150 ? { body: `served ${at}` } : trouble(at)),
    }),
  );
};

it("masks a secret that the end of a sample cuts", async () => {
  const password = "postgres://app:abcdefgh-secret-part@db/x";
  const lines = troubled((at) => ({ body: `cannot connect ${"y".repeat(400 - 15 - 34)} ${password} at ${at}` }));
  const { parts } = await analysed(incidentsHolding({ ...shop, logs: logsAnswering(lines) }), "inc-1");
  const listing = await listEvidence(parts, "an-1");
  const texts = listing.evidence.flatMap(({ reads }) =>
    reads.flatMap(({ samples }) => samples.map(({ text }) => text)),
  );
  expect(texts.some((text) => text.includes("cannot connect"))).toBe(true);
  expect(texts.filter((text) => text.includes("abcdefgh"))).toEqual([]);
});

it("shows no terminal escape of a trace id", () => {
  const escape = "\u001b]0;owned\u0007";
  const listing = {
    schema_version: "causeway.evidence/1",
    analysis_id: "an-1",
    incident_id: "inc-1",
    rerun: false,
    note: null,
    evidence: [
      {
        id: "E1",
        signal: "trace",
        kind: "trace.self-time",
        entity: "shop",
        entity_kind: "service",
        connector: "files",
        query: "spans",
        window: null,
        summary: "slow",
        facts: {},
        exemplar: null,
        trace_ids: [`t1${escape}`],
        strength: 1,
        reads: [],
      },
    ],
  } as unknown as Parameters<typeof renderEvidence>[0];
  expect(renderEvidence(listing, plain).replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
});

it("reads telemetry whose times no calendar holds", async () => {
  const timeUnixNano = "9".repeat(25);
  const lines = [...troubled((at) => ({ body: `cannot connect to db ${at}` }))];
  const { parts } = await analysed(incidentsHolding({ ...shop, logs: logsAnswering(lines) }), "inc-1");
  const strange = lines.map((line) => JSON.stringify({ ...(JSON.parse(line) as object), timeUnixNano }));
  const incidents = incidentsHolding({ ...shop, logs: logsAnswering(strange) });
  await expect(listEvidence({ ...parts, incidents }, "an-1", { rerun: true })).resolves.toMatchObject({ rerun: true });
});

it("reads a report of a version without queries, and reports that it has none", async () => {
  const { report, parts } = await analysed(shopIncidents, "inc-1");
  const old = { ...report, evidence: report.evidence.map(({ reads: _reads, trace_ids: _ids, ...item }) => item) };
  expect(Report.parse(JSON.parse(JSON.stringify(old)))).toEqual(old);
  const store = {
    ...parts.store,
    getFindings: async (analysisId: string, keys: readonly string[]) =>
      (await parts.store.getFindings(analysisId, keys)).map((finding) => {
        const { reads: _reads, traceIds: _ids, ...evidence } = finding.evidence;
        return { ...finding, evidence };
      }),
  };
  const listing = await listEvidence({ ...parts, store }, "an-1", { rerun: true });
  expect(listing.evidence.map(({ reads }) => reads)).toEqual(report.evidence.map(() => []));
  expect(listing.note).toBe("An older version made this analysis and kept no queries. Analyze the incident again.");
});

it("shows a query in the language of its backend, with the page that shows it, and does without if it cannot", async () => {
  const native = vi.fn<NonNullable<typeof shop.metrics.native>>(async ({ entities }) => [
    {
      language: "PromQL",
      text: `rate(errors{service="${entities[0]}"}[5m])`,
      link: "http://prometheus:9090/graph?g0.expr=x",
    },
  ]);
  const incidents = incidentsHolding({ ...shop, metrics: { ...shop.metrics, native } });
  const { report, parts } = await analysed(incidents, "inc-1");
  const id = report.evidence.find(({ signal }) => signal === "metric")?.id ?? "";
  const listing = await listEvidence(parts, "an-1", { ids: [id] });
  const text = renderEvidence(listing, { color: false, width: 400 });
  expect(text).toMatch(/ask +PromQL: rate\(errors\{service="\w+"\}\[5m\]\)\n +open +http:\/\/prometheus:9090\/graph/);
  native.mockRejectedValue(new IncidentError("UNAVAILABLE", "it is down", { hint: "Wait." }));
  const [without] = (await listEvidence(parts, "an-1", { ids: [id] })).evidence;
  expect(without?.reads.map((read) => [read.native, read.error])).toEqual([[[], null]]);
});
