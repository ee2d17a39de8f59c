import { expect, it } from "vitest";
import { BASELINES, baselinePrediction } from "../../src/bench/baselines.ts";
import { benchIncidents } from "../../src/bench/incidents/bench-incidents.ts";
import { ALARM_MS } from "../agent/fakes.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";

const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");
const log = (service: string, body: string, afterMs: number) => ({
  timeUnixNano: String(BigInt(ALARM_MS + afterMs) * 1_000_000n),
  service,
  body,
});

it("ranks by the largest metric shift, by rare alerts, and by error logs since the alarm", async () => {
  const suite = await tempDir();
  await writeCase(suite, "a", {
    files: {
      "alerts.jsonl": lines([
        { entity: "mail", name: "lag" },
        { entity: "web", name: "slow" },
        { entity: "mail", name: "slow" },
        { entity: "stock", name: "slow" },
      ]),
      "logs.jsonl": lines([
        log("early", "ERROR boom", -60_000),
        log("orders", "ERROR boom", 1000),
        log("web", "all is well", 2000),
      ]),
    },
  });
  const incidents = benchIncidents({ suite });
  const first = await Promise.all(
    BASELINES.map(async (name) => [name, (await baselinePrediction(name, incidents, "a")).ranking[0]?.entity]),
  );
  expect(Object.fromEntries(first)).toEqual({
    "largest shift": "stock",
    "alerts × rarity": "mail",
    "loudest error log": "orders",
  });
  const [, , errors] = await Promise.all(BASELINES.map((name) => baselinePrediction(name, incidents, "a")));
  expect(errors?.ranking).toHaveLength(1);
});

it("abstains when its signal was not recorded, and answers in the suite's labels", async () => {
  const suite = await tempDir();
  await writeCase(suite, "a", { answer: { entityKinds: ["app"], entities: ["app/stock"], causes: [] } });
  const incidents = benchIncidents({ suite });
  expect(await baselinePrediction("loudest error log", incidents, "a")).toEqual({
    id: "a",
    verdict: "inconclusive",
    ranking: [],
  });
  expect((await baselinePrediction("largest shift", incidents, "a")).ranking).toEqual([
    { entity: "app/stock", entityKind: "app" },
  ]);
});

it("names the service of an instance when only services are in the vocabulary", async () => {
  const suite = await tempDir();
  const topology = JSON.stringify({ nodes: [], edges: [{ from: "stock", to: "warehouse", kind: "member_of" }] });
  await writeCase(suite, "a", {
    answer: { entityKinds: ["service"], entities: ["warehouse"], causes: [] },
    files: { "topology.json": topology },
  });
  expect((await baselinePrediction("largest shift", benchIncidents({ suite }), "a")).ranking).toEqual([
    { entity: "warehouse", entityKind: "service" },
  ]);
});
