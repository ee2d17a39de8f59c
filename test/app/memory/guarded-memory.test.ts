import { expect, it } from "vitest";
import { guardedMemory } from "../../../src/app/memory/guarded-memory.ts";
import { incident } from "../../connectors/memory-documents.ts";
import { memoryOf } from "../../memory-of.ts";

const ask = async (memory: Awaited<ReturnType<typeof memoryOf>>) => {
  const [vector] = await memory.embedder.embed(["pool exhausted"]);
  if (vector === undefined) throw new Error("no vector");
  const found = await memory.store.search({
    kind: "incident",
    tenant: "default",
    text: "pool exhausted",
    vector,
    excludeIncidentIds: [],
    limit: 10,
  });
  return found.map(({ document }) => document.incidentId);
};
const remembered = () =>
  memoryOf(
    incident("mine", "pool exhausted"),
    incident("sibling", "pool exhausted"),
    incident("other", "pool exhausted"),
  );

it("never returns a forbidden incident", async () => {
  expect(await ask(guardedMemory(await remembered(), ["mine", "sibling"]))).toEqual(["other"]);
});

it("stops the benchmark when the store returns a forbidden incident", async () => {
  const memory = await remembered();
  const leaky = {
    ...memory,
    store: {
      ...memory.store,
      search: ((query) => memory.store.search({ ...query, excludeIncidentIds: [] })) as typeof memory.store.search,
    },
  };
  await expect(ask(guardedMemory(leaky, ["mine"]))).rejects.toThrow("must not see");
});

it("writes nothing to the measured memory, and gets nothing by id", async () => {
  const memory = await remembered();
  const guarded = guardedMemory(memory, []);
  const [vector] = await memory.embedder.embed(["x"]);
  if (vector === undefined) throw new Error("no vector");
  await guarded.store.put([{ document: incident("new", "pool exhausted"), vector }]);
  expect((await memory.store.describe()).count).toBe(3);
  expect(() => guarded.store.get("default/incident/mine")).toThrow("must not");
});
