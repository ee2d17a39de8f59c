import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { renamed } from "../../../src/bench/memory/rename.ts";
import { runMemoryBench } from "../../../src/bench/memory/run.ts";
import type { Seen } from "../../../src/app/memory/bench-recall.ts";
import { silentLog, spiking } from "../../agent/fakes.ts";
import { tempDir, writeCase } from "../../compose/recorded-suite.ts";
import { HANG_MS } from "../../hang.ts";

const config = { runbooks: [], model: null, nodeTimeoutMs: HANG_MS };
/** The same telemetry, with other services ill. */
const swapped = (from: string, to: string) =>
  spiking.map((one) => ({ ...one, entity: one.entity === from ? to : one.entity === to ? from : one.entity }));

async function suiteOf(
  cases: Record<string, { entity: string; cause: string; series?: typeof spiking }>,
): Promise<string> {
  const dir = await tempDir();
  await mkdir(join(dir, "oracles"));
  for (const [id, { entity, cause, series = spiking }] of Object.entries(cases)) {
    await writeCase(dir, id, { series });
    await writeFile(
      join(dir, "oracles", `${id}.json`),
      JSON.stringify({ id, faulty: true, entities: [[entity]], cause }),
    );
  }
  return dir;
}

it("measures recall and lift, and finds nothing where only a sibling could help", async () => {
  const suite = await suiteOf({
    a: { entity: "stock", cause: "cpu_contention" },
    b: { entity: "mail", cause: "cpu_contention", series: swapped("stock", "mail") },
    lonely: { entity: "orders", cause: "disk_full" },
    twin: { entity: "orders", cause: "disk_full" },
  });
  const result = await runMemoryBench({ suites: [suite], config, log: silentLog, lift: true, poisonSeeds: [1] });
  expect(result.cases).toBe(4);
  expect(result.rows.map(({ id }) => id)).toEqual(["a", "b"]); // the other two are siblings of each other
  expect(result.recall.tables.at(-1)).toMatchObject({ suite: "all", n: 2 });
  expect(result.lift?.tables.at(-1)).toMatchObject({ n: 2, on: { entity: expect.any(Number) } });
  expect(result.poisoned).toHaveLength(1);
});

it("refuses suites that share an id, that have nothing to recall, and that have no answers", async () => {
  const [one, other] = [
    await suiteOf({ a: { entity: "stock", cause: "cpu_contention" } }),
    await suiteOf({ a: { entity: "stock", cause: "cpu_contention" } }),
  ];
  const run = (suites: string[]) => runMemoryBench({ suites, config, log: silentLog, lift: false, poisonSeeds: [] });
  await expect(run([one, other])).rejects.toMatchObject({ code: "BAD_INPUT", message: "two cases have the id a" });
  await expect(run([one])).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining("no two incidents of these suites"),
  });
  await rm(join(one, "oracles"), { recursive: true });
  await expect(run([one])).rejects.toMatchObject({ code: "NOT_FOUND" });
});

it("replaces a name everywhere, by the same name for the same seed", () => {
  const seen: Seen = {
    incident: { id: "cart", title: "cart slow", system: "shop", entry: "web" },
    ranking: { verdict: "inconclusive", hypotheses: [] },
    findings: [],
    topology: {
      nodes: [
        { id: "cart", kind: "service" },
        { id: "cart-0", kind: "pod" },
        { id: "ns/Pod/web.x", kind: "pod" },
      ],
      edges: [{ from: "cart-0", to: "cart", kind: "member_of" }],
    },
  };
  const { seen: put, names } = renamed({ ...seen, names: ["cart", "ns/Pod/web.x"] }, 1);
  expect(put.incident.id).toBe("cart");
  expect(put.incident.title).toBe(`${names[0]} slow`);
  expect(put.topology.edges).toEqual([{ from: put.topology.nodes[1]?.id, to: names[0], kind: "member_of" }]);
  expect(JSON.stringify(put.topology)).not.toMatch(/cart|web/);
  expect(renamed({ ...seen, names: ["cart"] }, 1).names).toEqual([names[0]]);
  expect(renamed({ ...seen, names: ["cart"] }, 2).names).not.toEqual([names[0]]);
});
