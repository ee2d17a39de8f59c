import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sqliteMemory } from "../../../src/connectors/sqlite/memory.ts";
import type { IncidentDocument } from "../../../src/domain/ports.ts";

const remembered = (incidentId: string, text: string, told: Partial<IncidentDocument> = {}): IncidentDocument => ({
  incidentId, analysisId: `${incidentId}-1`, system: "shop", title: "t", text, entity: "orders", cause: "pool", outcome: "unknown", atMs: 1000, ...told,
});

async function memoryOf(...documents: IncidentDocument[]) {
  const memory = await sqliteMemory(join(mkdtempSync(join(tmpdir(), "causeway-memory-")), "m.db"));
  for (const document of documents) await memory.remember(document);
  const recall = (text: string, limit = 5) => memory.recall({ text, excludeIncidentId: "now", limit });
  return { memory, recall };
}

it("recalls the past incident that shares the most telling words, whatever their form", async () => {
  const { recall } = await memoryOf(
    remembered("a", "service slow connection pool exhausted"),
    remembered("b", "service slow image pull failed"),
    remembered("c", "service slow certificate expired"),
  );
  const found = await recall("service slow: connections in the pool are exhausted");
  expect(found.map(({ incidentId }) => incidentId).toSorted()).toEqual(["a", "b", "c"]);
  expect(found[0]?.score).toBeGreaterThan(2 * (found[1]?.score ?? 1));
  expect(found[0]).toMatchObject(remembered("a", "service slow connection pool exhausted"));
});

it("scores 1 where every word is shared, less where fewer are, and never more than 1 or nothing", async () => {
  const { recall } = await memoryOf(remembered("a", "pool exhausted in orders"), remembered("b", "pool"));
  expect(await recall("orders pool exhausted")).toMatchObject([{ incidentId: "a", score: 1 }, { incidentId: "b" }]);
  const [, second] = await recall("orders pool exhausted");
  expect(second?.score).toBeGreaterThan(0);
  expect(second?.score).toBeLessThan(0.5);
});

it("gives back an incident also when it is the only one known", async () => {
  const { recall } = await memoryOf(remembered("a", "pool exhausted"));
  expect(await recall("pool of connections exhausted")).toMatchObject([{ incidentId: "a", score: 0.5 }]);
});

it("never gives back the incident that asks, nor more than asked for", async () => {
  const { memory } = await memoryOf(remembered("now", "pool"), remembered("a", "pool"), remembered("b", "pool"));
  expect((await memory.recall({ text: "pool", excludeIncidentId: "now", limit: 1 })).map(({ incidentId }) => incidentId)).toEqual(["a"]);
});

it("puts equals in one order: the newer, then the smaller id", async () => {
  const { recall } = await memoryOf(remembered("b", "pool"), remembered("c", "pool", { atMs: 2000 }), remembered("a", "pool"));
  expect((await recall("pool")).map(({ incidentId }) => incidentId)).toEqual(["c", "a", "b"]);
});

it("keeps one document of an incident, that of the newest analysis", async () => {
  const { memory, recall } = await memoryOf(remembered("a", "pool", { atMs: 2000 }));
  await memory.remember(remembered("a", "stale", { atMs: 1000 }));
  expect(await recall("stale")).toEqual([]);
  await memory.remember(remembered("a", "certificate", { atMs: 2000, outcome: "confirmed" }));
  expect(await recall("pool")).toEqual([]);
  expect(await recall("certificate")).toMatchObject([{ incidentId: "a", outcome: "confirmed" }]);
});

it.each(['" OR text:*', "NEAR(pool exhausted, 5)", "pool AND NOT exhausted", "pool*", "incident_id:a", "(((", "-pool ^exhausted", "pool\0exhausted", "{pool exhausted}", "😀 pool"])(
  "reads %j as words, not as a question of its own",
  async (text) => {
    const { recall } = await memoryOf(remembered("a", "the connection pool is exhausted"));
    for (const { incidentId } of await recall(text)) expect(incidentId).toBe("a");
    expect(await recall(`${text} pool`)).toHaveLength(1);
  },
);

it.each(["", "   ", "!?", "zzz"])("finds nothing for %j", async (text) => {
  const { recall } = await memoryOf(remembered("a", "pool"));
  expect(await recall(text)).toEqual([]);
});

it("takes a name with underscores for one word", async () => {
  const { recall } = await memoryOf(remembered("a", "log_new_template"), remembered("b", "log template new"));
  expect((await recall("log_new_template")).map(({ incidentId }) => incidentId)).toEqual(["a"]);
});

it("finds its way in a long memory with a long question", async () => {
  const { memory, recall } = await memoryOf();
  for (let i = 0; i < 300; i += 1) await memory.remember(remembered(`i${i}`, `slow service w${i} w${i + 1} w${i + 2}`));
  const words = Array.from({ length: 500 }, (_, i) => `w${i}`).join(" ");
  expect(await recall(words)).toHaveLength(5);
  expect((await recall("slow service w40 w41 w42"))[0]).toMatchObject({ incidentId: "i40", score: 1 });
});

it("answers an incident alike whether or not it was itself remembered meanwhile", async () => {
  const { memory, recall } = await memoryOf(remembered("a", "pool exhausted in orders"), remembered("b", "pool of cart"), remembered("c", "certificate"));
  const before = await recall("orders pool exhausted");
  await memory.remember(remembered("now", "orders pool exhausted"));
  expect(await recall("orders pool exhausted")).toEqual(before);
});
