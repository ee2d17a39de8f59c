import { expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import { MAX_WIDENINGS } from "../../src/agent/routing.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { ClaimWriter, Problem } from "../../src/domain/ports.ts";
import { Report } from "../../src/domain/report.ts";
import { hashedWords } from "../../src/memory/hashed-words.ts";
import { logsAnswering, sourceOf } from "../fakes.ts";
import { memoryOf } from "../memory-of.ts";
import {
  ALARM_MS,
  brokenWriter,
  clusterAnswering,
  incident,
  agentOver,
  metricsAnswering,
  silentLog,
  spiking,
  steady,
  declaredTopology,
  unavailable,
  writing,
} from "./fakes.ts";

const spikingTelemetry = () => ({ metrics: metricsAnswering(spiking), topology: declaredTopology });
const failing = (error: Error) => sourceOf("metric", async () => Promise.reject(error));
const run = async (agent: Awaited<ReturnType<typeof agentOver>>, analysisId = "an-1") =>
  analyse(agent, "inc-1", { analysisId });

it("names the root cause service, and cites evidence that resolves", async () => {
  const { report, status } = await run(await agentOver(spikingTelemetry()));
  expect(report).toMatchObject({
    verdict: "root_cause",
    root_causes: [{ entity: "stock", category: "cpu_contention" }],
    mode: "deterministic",
  });
  const ids = new Set(report.evidence.map(({ id }) => id));
  const cited = [...report.root_causes, ...report.claims, ...report.hypotheses, ...report.propagation].flatMap(
    ({ evidence_ids }) => evidence_ids,
  );
  expect(cited.length).toBeGreaterThan(0);
  expect(cited.filter((id) => !ids.has(id))).toEqual([]);
  expect(status).toBe("done");
});

it("writes a report that its own schema accepts, with the path from cause to symptom", async () => {
  const { report } = await run(await agentOver(spikingTelemetry()));
  expect(Report.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  expect(report.propagation.map(({ source, target }) => [source, target])).toEqual([
    ["stock", "orders"],
    ["orders", "gateway"],
  ]);
});

it("reports which signals were not recorded", async () => {
  const { report } = await run(await agentOver(spikingTelemetry()));
  expect(report.not_checked).toEqual(
    ["changes", "logs", "alerts", "cluster", "traces"].map((source) => ({ source, why: "not recorded" })),
  );
});

it("gives the same bytes twice, except for the id of the analysis and the times of the run", async () => {
  const [one, two] = [
    await run(await agentOver(spikingTelemetry()), "an-1"),
    await run(await agentOver(spikingTelemetry()), "an-22"),
  ];
  const bare = ({ report }: typeof one) => JSON.stringify({ ...report, analysis_id: "", timings: null });
  expect(bare(one)).toBe(bare(two));
  expect(one.report.bundle_sha256).toMatch(/^[0-9a-f]{64}$/);
});

it("changes the bundle hash when the input changes", async () => {
  const other = spiking.map((one) =>
    one.entity === "mail" ? { ...one, values: one.values.map((value, at) => (at > 250 ? value * 30 : value)) } : one,
  );
  const [one, two] = [
    await run(await agentOver(spikingTelemetry())),
    await run(await agentOver({ metrics: metricsAnswering(other), topology: declaredTopology })),
  ];
  expect(one.report.bundle_sha256).not.toBe(two.report.bundle_sha256);
});

it("widens the window at most twice when all is quiet, and reports it", async () => {
  const metrics = metricsAnswering(steady);
  const steps: string[] = [];
  const agent = await agentOver({ metrics, topology: declaredTopology });
  const { report } = await analyse(agent, "inc-1", { analysisId: "an-1", onStep: (node) => steps.push(node) });
  expect(steps.filter((node) => node === "widen-window")).toHaveLength(MAX_WIDENINGS);
  expect(metrics.queries).toHaveLength(1); // the quiet time was read with the window
  expect(report).toMatchObject({ verdict: "no_incident", root_causes: [], actions: [], evidence: [] });
});

it("does not widen if the incident has no window", async () => {
  const metrics = metricsAnswering(steady);
  const timeless = { ...incident, window: null, baseline: { window: null, shared: null } };
  const { report } = await run(await agentOver({ metrics }, {}, timeless));
  expect(metrics.queries).toHaveLength(1);
  expect(report.verdict).not.toBe("root_cause");
});

it("reads the shared recording too if it holds the baseline", async () => {
  const metrics = metricsAnswering(spiking);
  await run(await agentOver({ metrics }, {}, { ...incident, baseline: { ...incident.baseline, shared: "normal" } }));
  expect(metrics.queries).toMatchObject([
    { range: { startMs: ALARM_MS - 3_600_000, endMs: ALARM_MS + 600_000 }, recording: null },
    { range: { startMs: ALARM_MS - 3_600_000, endMs: spiking[0]?.timesMs.at(-1) }, recording: "normal" },
  ]);
});

it("retries an unavailable source, then continues without it and calls nothing quiet", async () => {
  const metrics = failing(unavailable());
  const { report } = await run(await agentOver({ metrics, topology: declaredTopology }));
  expect(metrics.queries).toHaveLength(4); // once for the onset, three times by its own node
  expect(report.verdict).toBe("inconclusive");
  expect(report.not_checked).toContainEqual({ source: "metrics", why: "the server is down (Wait.)" });
});

it("does not retry a source that refuses, and finishes with the others", async () => {
  const metrics = metricsAnswering(spiking);
  const traces = sourceOf("trace", async () =>
    Promise.reject(new IncidentError("REJECTED", "no such tenant", { hint: "Check it." })),
  );
  const { report } = await run(await agentOver({ metrics, traces, topology: declaredTopology }));
  expect(traces.queries).toHaveLength(1);
  expect(report.root_causes.map(({ entity }) => entity)).toEqual(["stock"]);
  expect(report.not_checked).toContainEqual({ source: "traces", why: "no such tenant (Check it.)" });
});

it("aborts a source that hangs, and finishes with the others", async () => {
  let received: AbortSignal | undefined;
  const traces = sourceOf("trace", (_, signal) => ((received = signal), new Promise<never>(() => undefined)));
  const { report } = await run(await agentOver({ ...spikingTelemetry(), traces }, { nodeTimeoutMs: 3_000 }));
  expect(report.not_checked).toContainEqual({ source: "traces", why: "no answer within 3000 ms" });
  expect(report.root_causes.map(({ entity }) => entity)).toEqual(["stock"]);
  expect(received?.aborted).toBe(true);
});

it("survives its own bug in one source, reports it, and logs the error", async () => {
  const errors: unknown[] = [];
  const alerts = sourceOf("alert", async () => Promise.reject(new TypeError("undefined is not a function")));
  const log = { ...silentLog, error: (fields: Record<string, unknown>) => void errors.push(fields.err) };
  const { report } = await run(await agentOver({ ...spikingTelemetry(), alerts }, { log }));
  expect(report.not_checked).toContainEqual({
    source: "alerts",
    why: "a bug in Causeway stopped it (TypeError: undefined is not a function)",
  });
  expect(errors).toEqual([expect.any(TypeError)]);
});

it("uses discovered edges when the topology cannot be read", async () => {
  const { report } = await run(
    await agentOver({
      metrics: metricsAnswering(spiking),
      topology: sourceOf("topology", () => Promise.reject(unavailable())),
    }),
  );
  expect(report.not_checked).toContainEqual({ source: "topology", why: "the server is down (Wait.)" });
  expect(report.evidence.length).toBeGreaterThan(0);
});

it("folds invalid lines of one file into one entry", async () => {
  const problems: Problem[] = [1, 2, 3, 4, 5].map((line) => ({ source: "alerts.jsonl", line, what: "not JSON" }));
  problems.push({ source: "alerts.jsonl", line: null, what: "not JSON: and 3920 more", count: 3920 });
  const alerts = sourceOf("alert", [], { problems });
  const { report } = await run(await agentOver({ ...spikingTelemetry(), alerts }));
  const why =
    "nothing could be read: alerts.jsonl: not JSON: and 3920 more; line 1: not JSON; line 2: not JSON; and 3 more";
  expect(report.not_checked.filter(({ source }) => source === "alerts")).toEqual([{ source: "alerts", why }]);
});

const quietMetrics = () => ({ metrics: metricsAnswering(steady), topology: declaredTopology });
const problem = { source: "the.file", line: null, what: "damaged" };

it.each([
  [
    "metrics without a sample in the window",
    () => ({
      metrics: metricsAnswering(steady.map((one) => ({ ...one, timesMs: one.timesMs.map((ms) => ms - 3_600_000) }))),
    }),
    "metrics",
    "no records in the window",
  ],
  ["no series", () => ({ metrics: metricsAnswering([]) }), "metrics", "no records in the window"],
  ["no span", () => ({ ...quietMetrics(), traces: sourceOf("trace", []) }), "traces", "no records in the window"],
  ["no log line", () => ({ ...quietMetrics(), logs: logsAnswering([]) }), "logs", "no records in the window"],
  [
    "lines that are not log records",
    () => ({ ...quietMetrics(), logs: logsAnswering(["{", "{}", ""]) }),
    "logs",
    /^(no records|nothing could be read)/,
  ],
  [
    "no answer of the cluster",
    () => ({ ...quietMetrics(), cluster: clusterAnswering([]) }),
    "cluster",
    "no records in the window",
  ],
  [
    "alerts that cannot be read at all",
    () => ({
      ...quietMetrics(),
      alerts: sourceOf("alert", [], { problems: [problem] }),
    }),
    "alerts",
    "nothing could be read: the.file: damaged",
  ],
] as const)("does not call unread data quiet: %s", async (_, telemetry, source, why) => {
  const { report } = await run(await agentOver(telemetry()));
  expect(report.verdict).toBe("inconclusive");
  expect(report.not_checked.filter((gap) => gap.source === source)).toEqual([
    { source, why: expect.stringMatching(why) },
  ]);
});

it("treats an empty list of alerts and of changes as an answer", async () => {
  const { report } = await run(
    await agentOver({
      ...quietMetrics(),
      alerts: sourceOf("alert", []),
      changes: sourceOf("change", []),
    }),
  );
  expect(report.verdict).toBe("no_incident");
  expect(report.not_checked.map(({ source }) => source)).toEqual(["logs", "cluster", "traces"]);
});

it("throws for an unknown incident, and stores no analysis", async () => {
  const agent = await agentOver(spikingTelemetry());
  await expect(analyse(agent, "nope", { analysisId: "an-1" })).rejects.toThrow('no incident "nope"; there are: inc-1');
  expect(await agent.deps.store.listAnalyses()).toEqual([]);
});

it("stops on abort, and marks the analysis as failed", async () => {
  const abort = new AbortController();
  const traces = sourceOf("trace", () => (abort.abort(), new Promise<never>(() => undefined)));
  const agent = await agentOver({ ...spikingTelemetry(), traces });
  await expect(analyse(agent, "inc-1", { analysisId: "an-1", signal: abort.signal })).rejects.toThrow(/abort/i);
  expect(await agent.deps.store.getAnalysis("an-1")).toMatchObject({ status: "failed" });
});

it("reports each node as it finishes, in an order that the graph allows", async () => {
  const steps: string[] = [];
  await analyse(await agentOver(spikingTelemetry()), "inc-1", {
    analysisId: "an-1",
    onStep: (node) => void steps.push(node),
  });
  expect(steps.slice(0, 2)).toEqual(["load-incident", "find-onset"]);
  expect(steps.slice(8)).toEqual([
    "map-topology",
    "rank-causes",
    "recall-similar",
    "explain",
    "find-runbooks",
    "plan-remediation",
    "write-report",
    "remember",
  ]);
});

it("keeps a model's supported claim, and drops and counts claims with an invented id or number", async () => {
  const { report: plain } = await run(await agentOver(spikingTelemetry()));
  const [cited] = plain.evidence.filter(({ entity }) => entity === "stock");
  const good = { text: "stock is slow.", evidenceIds: [cited?.id ?? ""] };
  const writer = writing([
    good,
    { text: "stock is slow.", evidenceIds: ["E999"] },
    { text: "stock took 123456 ms.", evidenceIds: good.evidenceIds },
  ]);
  const { report } = await run(await agentOver(spikingTelemetry(), { writer }));
  expect(report).toMatchObject({
    mode: "llm",
    model: "fake-model",
    dropped_claims: 2,
    claims: [{ text: "stock is slow." }],
    cost: { input_tokens: 10, output_tokens: 5 },
  });
});

it("keeps the deterministic text when no claim of a model has evidence", async () => {
  const { report } = await run(
    await agentOver(spikingTelemetry(), { writer: writing([{ text: "It was DNS.", evidenceIds: ["E999"] }]) }),
  );
  const { report: plain } = await run(await agentOver(spikingTelemetry()));
  expect(report).toMatchObject({ mode: "deterministic", dropped_claims: 1, claims: plain.claims });
  expect(report.not_checked).toContainEqual({
    source: "model",
    why: "the only sentence of the model lacked evidence, so Causeway wrote the text without a model",
  });
});

it("keeps the deterministic text if the model is down", async () => {
  const writer = brokenWriter(unavailable());
  const { report } = await run(await agentOver(spikingTelemetry(), { writer }));
  expect(writer.calls()).toBe(1);
  expect(report).toMatchObject({ mode: "deterministic", model: null, verdict: "root_cause" });
  expect(report.claims.length).toBeGreaterThan(0);
  expect(report.not_checked).toContainEqual({ source: "model", why: "the server is down (Wait.)" });
});

it("counts the tokens of a model whose answers were useless", async () => {
  const writer: ClaimWriter = {
    writeClaims: async (_input, { onUse }) => {
      onUse?.({ inputTokens: 10, outputTokens: 2 });
      onUse?.({ inputTokens: 30, outputTokens: 4 });
      throw new IncidentError("BAD_RESPONSE", "no claims", { hint: "Take another." });
    },
  };
  const { report } = await run(await agentOver(spikingTelemetry(), { writer }));
  expect(report).toMatchObject({ mode: "deterministic", cost: { input_tokens: 40, output_tokens: 6 } });
  expect(report.not_checked).toContainEqual({ source: "model", why: "no claims (Take another.)" });
});

it("still writes a report if the runbooks cannot be read, and names the gap", async () => {
  const { report } = await run(
    await agentOver(spikingTelemetry(), {
      runbooks: { name: "fake", listRunbooks: () => Promise.reject(unavailable()) },
    }),
  );
  expect(report.not_checked).toContainEqual({ source: "runbooks", why: "the server is down (Wait.)" });
  expect(report.runbook).toMatchObject({ drafted: true });
});

it("recalls a past incident with similar text, and remembers this one for the next", async () => {
  const memory = await memoryOf();
  await run(await agentOver(spikingTelemetry(), { memory }));
  const later = { ...incident, id: "inc-2" };
  const { report } = await analyse(await agentOver(spikingTelemetry(), { memory }, later), "inc-2", {
    analysisId: "an-2",
  });
  expect(report.similar).toEqual([
    expect.objectContaining({ incident_id: "inc-1", entity: "stock", category: "cpu_contention", outcome: "unknown" }),
  ]);
  expect(report.similar[0]?.why).toMatch(/^both show .*\(metric shift\).* on the suspect/);
});

it("still reports when the memory is down", async () => {
  const memory = { ...(await memoryOf()), embedder: { ...hashedWords, embed: () => Promise.reject(unavailable()) } };
  const { report, status } = await run(await agentOver(spikingTelemetry(), { memory }));
  expect(status).toBe("done");
  expect(report.not_checked).toContainEqual({ source: "memory", why: "the server is down (Wait.)" });
});
