import { expect, it } from "vitest";
import { metricFindings } from "../../src/metrics/findings.ts";
import { anIncident } from "../fakes.ts";

const STEP_MS = 15_000;
const ALARM_MS = 1_200_000;
const quietLevel = (at: number) => 10 + (at % 3);

/** Ten minutes of incident after twenty normal minutes. `slow` decides by the index of a sample after the alarm. */
function factsOf(slow: (after: number) => boolean) {
  const timesMs = Array.from({ length: 120 }, (_, at) => at * STEP_MS);
  const values = timesMs.map((timeMs, at) =>
    timeMs >= ALARM_MS && slow((timeMs - ALARM_MS) / STEP_MS) ? 200 : quietLevel(at),
  );
  const incident = anIncident({ alarmAtMs: ALARM_MS, window: { startMs: 0, endMs: 1_800_000 } });
  const [finding] = metricFindings({
    own: [{ entity: "web", entityKind: "service", metric: "latency_ms", timesMs, values }],
    shared: [],
    incident,
    connector: "fake",
    query: "q",
  });
  return finding?.evidence.facts;
}

it("dates the recovery of a series", () => {
  expect(factsOf((after) => after < 20)?.back_since).toBe(new Date(ALARM_MS + 20 * STEP_MS).toISOString());
});
it("does not take a short lull for recovery", () => {
  expect(factsOf((after) => after < 38)).not.toHaveProperty("back_since");
  expect(factsOf((after) => after < 10 || after === 39)).not.toHaveProperty("back_since");
});
it("reports no recovery while the trouble lasts", () => {
  expect(factsOf(() => true)).not.toHaveProperty("back_since");
});
