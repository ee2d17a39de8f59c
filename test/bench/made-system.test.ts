import { expect, it } from "vitest";
import { madeSystem } from "../../src/bench/made-system.ts";
import { predictCase } from "../../src/bench/predict/predict.ts";
import { createLog } from "../../src/compose/log.ts";
import { HANG_MS } from "../hang.ts";
import { openHandle } from "../../src/telemetry/handle.ts";

const size = { services: 20, edges: 40, series: 100, spans: 4_000 };

it("makes the same system from the same seed, in the requested size", async () => {
  const read = async () => {
    const { incidents } = madeSystem(size, 1);
    const telemetry = openHandle(await incidents.openTelemetry("made"));
    const incident = await incidents.getIncident("made");
    return {
      spans: (await telemetry.readIncident("trace", incident))?.own,
      series: (await telemetry.readIncident("metric", incident))?.own,
    };
  };
  const [a, b] = [await read(), await read()];
  expect(a).toEqual(b);
  expect(a.spans?.length).toBeGreaterThanOrEqual(size.spans);
  expect(a.series).toHaveLength(size.series);
});

it("makes a system whose slow service the analysis finds", async () => {
  const { incidents, culprits } = madeSystem(size, 1);
  const { hypotheses } = await predictCase(
    incidents,
    "made",
    { runbooks: [], model: null, nodeTimeoutMs: HANG_MS },
    createLog({ logLevel: "silent" }),
  );
  expect(hypotheses[0]?.entity).toBe(culprits[0]);
});
