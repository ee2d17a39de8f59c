import { AsyncLocalStorage } from "node:async_hooks";
import { MemorySaver } from "@langchain/langgraph";
import { expect, it } from "vitest";
import { analyse, decide } from "../../src/agent/analyse.ts";
import type { AgentDeps } from "../../src/agent/deps.ts";
import { buildGraph, nodeSteps, type NodeSteps } from "../../src/agent/graph.ts";
import { type NodeAccess, type NodeName, NODES } from "../../src/agent/nodes-table.ts";
import { AnalysisState } from "../../src/agent/state.ts";
import type { NodeStep } from "../../src/agent/step.ts";
import { fileIncidents } from "../../src/connectors/files/incidents.ts";
import type { ModelRoutes } from "../../src/domain/chat-model.ts";
import type { Incident } from "../../src/domain/incident.ts";
import { Alert } from "../../src/domain/telemetry.ts";
import { sourceOf } from "../fakes.ts";
import { scriptedModel } from "../llm/scripted-model.ts";
import { memoryOf } from "../memory-of.ts";
import {
  ALARM_MS,
  agentOver,
  incident,
  runbookFor,
  type SourcesByName,
  spiking,
  steady,
  topology,
  writing,
} from "./fakes.ts";
import { conversationOf, nextCall } from "./investigating-model.ts";

type Seen = Record<keyof NodeAccess, Set<string>>;
const seen = new Map<string, Seen>();
const running = new AsyncLocalStorage<string>();
const KINDS = ["reads", "writes", "gets", "puts", "store", "ports"] as const;

/** Records an access by the running node. Accesses outside of any node are not recorded. */
function note(kind: keyof NodeAccess, name: string): void {
  const node = running.getStore();
  if (node === undefined) return;
  const known = seen.get(node) ?? (Object.fromEntries(KINDS.map((each) => [each, new Set()])) as Seen);
  seen.set(node, known);
  known[kind].add(name);
}

/** Not listed in the table, because every node reads the ids and writes its time. */
const COMMON = new Set(["reads analysisId", "reads incidentId", "writes timings"]);
const STATE_KEYS = new Set(Object.keys(AnalysisState.fields));

const observedStep =
  (node: string, step: NodeStep): NodeStep =>
  (state, runtime) =>
    running.run(node, async () => {
      const observed = new Proxy(state, {
        get(target, key, receiver) {
          if (typeof key === "string" && STATE_KEYS.has(key)) note("reads", key);
          return Reflect.get(target, key, receiver) as unknown;
        },
      });
      const update = await step(observed, runtime);
      for (const key of Object.keys(update)) note("writes", key);
      return update;
    });

/** Records each call of a method. */
const observedCalls = <T extends object>(target: T, onCall: (method: string, args: unknown[]) => void): T =>
  new Proxy(target, {
    get(object, key, receiver) {
      const value = Reflect.get(object, key, receiver) as unknown;
      if (typeof value !== "function" || typeof key !== "string") return value;
      return (...args: unknown[]): unknown => {
        onCall(key, args);
        return Reflect.apply(value, object, args);
      };
    },
  });

function observedDeps(deps: AgentDeps): AgentDeps {
  const port = <T extends object>(name: string, target: T): T => observedCalls(target, () => note("ports", name));
  return {
    ...deps,
    incidents: port("incidents", deps.incidents),
    telemetry: port("telemetry", deps.telemetry),
    runbooks: port("runbooks", deps.runbooks),
    ...(deps.models && { models: port("models", deps.models) }),
    ...(deps.pages && { pages: port("pages", deps.pages) }),
    ...(deps.notes && { notes: port("notes", deps.notes) }),
    writer: deps.writer && port("writer", deps.writer),
    memory: deps.memory && {
      ...deps.memory,
      store: port("memory", deps.memory.store),
      embedder: port("memory", deps.memory.embedder),
    },
    store: observedCalls(deps.store, (method, [, name]) => {
      if (method === "getArtifact") note("gets", String(name));
      else if (method === "putArtifact") note("puts", String(name));
      else note("store", method);
    }),
  };
}

/** Runs one analysis with everything observed. */
async function run(sources: SourcesByName, overrides: Partial<AgentDeps> = {}, one: Incident = incident) {
  const { deps: bare } = await agentOver(sources, overrides, one);
  const deps = observedDeps(bare);
  const steps = Object.fromEntries(
    Object.entries(nodeSteps(deps)).map(([node, step]) => [node, observedStep(node, step as NodeStep)]),
  ) as NodeSteps;
  const agent = { deps, graph: buildGraph(deps, new MemorySaver(), steps) };
  const known = await deps.incidents.listIncidents();
  return { agent, outcome: await analyse(agent, known[0]?.id ?? "", { analysisId: "an-1" }) };
}

const page = "http://127.0.0.1/team/cpu";
const pages: AgentDeps["pages"] = { allowed: (address) => address, fetchPage: async (url) => ({ url, text: "# CPU" }) };
const alerts = sourceOf("alert", [
  Alert.parse({ timeUnixMs: ALARM_MS, entity: "gateway", name: "HighLatency", runbookUrl: page }),
]);
const shop = { metrics: sourceOf("metric", spiking), topology: sourceOf("topology", topology), alerts };

/** Analyses that together use every edge of the graph. */
async function analyseAll(): Promise<void> {
  const memory = await memoryOf();
  const notes = { notesOf: async () => [{ id: "n1", incidentId: "inc-1", by: "ada", text: "slow", atMs: 1 }] };
  const cluster = sourceOf("cluster", [{ tool: "GetPods", args: {}, text: "No resources found" }]);
  // a fixture has every signal that a recording has; a second run finds the first in the memory
  for (const only of ["shop-001", "shop-002", "shop-003", "shop-004", "shop-005"]) {
    const fixtures = fileIncidents(["fixtures"]);
    const incidents = { ...fixtures, listIncidents: async () => [await fixtures.getIncident(only)] };
    await run({}, { incidents, memory, review: false });
  }
  const investigated = fileIncidents(["fixtures/investigations"]);
  const doubtful = { ...investigated, listIncidents: async () => [await investigated.getIncident("shop-101")] };
  await run({}, { incidents: doubtful, memory, models: investigatingModels(), review: false });
  const claims = [{ text: "invented", evidenceIds: ["E999"] }];
  await run({ ...shop, cluster }, { writer: writing(claims), memory, pages, notes }, { ...incident, entry: null });
  await run({ metrics: sourceOf("metric", steady) }); // widens, and then gives up
  const runbooks = { name: "fake", listRunbooks: async () => [runbookFor(["cpu_contention"])] };
  const { agent, outcome } = await run(shop, { runbooks, memory });
  const written = outcome.report.claims.map(({ text, evidence_ids: evidenceIds }) => ({ text, evidenceIds }));
  await run(shop, { writer: writing(written) });
  for (const { id: actionId, script_sha256: scriptSha256 } of outcome.report.actions)
    await decide(agent, "an-1", { actionId, scriptSha256, by: "ada", decision: "approved", atMs: 1, note: null });
}
/** A model that reads the runbooks first, and then investigates. */
const investigatingModels = (): ModelRoutes => {
  const model = scriptedModel((request, turn) => ({
    calls: [
      turn === 0 ? { id: "c0", name: "read_runbooks", input: { cause: null } } : nextCall(conversationOf(request)),
    ],
  }));
  return { modelsFor: (task) => (task === "investigate" ? [model] : []) };
};

let all: Promise<void> | undefined;

it.each(Object.keys(NODES) as NodeName[])("lists what %s reads and writes", async (node) => {
  await (all ??= analyseAll());
  const { reads, writes, gets, puts, store, ports } = NODES[node] as NodeAccess;
  const found = seen.get(node);
  const used = (kind: keyof NodeAccess): string[] =>
    [...(found?.[kind] ?? [])].filter((name) => !COMMON.has(`${kind} ${name}`)).toSorted();
  expect(Object.fromEntries(KINDS.map((kind) => [kind, used(kind)]))).toEqual({
    reads: reads.toSorted(),
    writes: writes.toSorted(),
    gets: [...new Set(gets)].toSorted(),
    puts: puts.toSorted(),
    store: store.toSorted(),
    ports: ports.toSorted(),
  });
});

it("lists exactly the nodes of the graph", async () => {
  const { graph } = await agentOver(shop);
  const nodes = Object.keys(graph.nodes).filter((node) => node !== "__start__" && node in NODES);
  expect(nodes.toSorted()).toEqual(Object.keys(NODES).toSorted());
});
