import { expect, it } from "vitest";
import { madeSystem } from "../../src/bench/made-system.ts";
import { predictCase } from "../../src/bench/predict/predict.ts";
import { createLog } from "../../src/compose/log.ts";
import { HANG_MS } from "../hang.ts";

const size = { services: 20, edges: 40, series: 100, spans: 4_000 };

it("makes the same system of the same seed, of the size asked for", async () => {
  const [a, b] = await Promise.all([1, 1].map((seed) => madeSystem(size, seed).incidents.openTelemetry("made")));
  const spans = await a?.traces?.fetchSpans({ window: null });
  expect(spans).toEqual(await b?.traces?.fetchSpans({ window: null }));
  expect(spans?.length).toBeGreaterThanOrEqual(size.spans);
  expect(await a?.metrics?.fetchSeries({ window: null })).toHaveLength(size.series);
});

it("makes one whose slow service the analysis finds", async () => {
  const { incidents, culprits } = madeSystem(size, 1);
  const { hypotheses } = await predictCase(
    incidents,
    "made",
    { runbooks: [], model: null, nodeTimeoutMs: HANG_MS },
    createLog({ logLevel: "silent" }),
  );
  expect(hypotheses[0]?.entity).toBe(culprits[0]);
});
