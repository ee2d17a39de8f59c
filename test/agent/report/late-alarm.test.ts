import { expect, it } from "vitest";
import { lateAlarmGaps } from "../../../src/agent/report/late-alarm.ts";
import { anIncident } from "../../fakes.ts";

const MINUTE_MS = 60_000;
const ALARM_MS = 60 * MINUTE_MS;
const late = anIncident({ alarmAtMs: ALARM_MS });
const begun = (minutesBefore: number) => ({ onsetMs: ALARM_MS - minutesBefore * MINUTE_MS });
const missing = { source: "traces" as const, kind: "absent" as const, why: "not recorded" };

it("warns that the fault may hide in the baseline before a late alarm", () => {
  expect(lateAlarmGaps(late, begun(9), [])).toEqual([
    { source: "metrics", why: expect.stringContaining("began 9 min earlier") },
    { source: "traces", why: expect.stringContaining("excludeBaseline") },
  ]);
  expect(lateAlarmGaps(late, begun(9), [missing]).map(({ source }) => source)).toEqual(["metrics"]);
  expect(lateAlarmGaps(late, begun(9), [{ ...missing, kind: "partial" }])).toHaveLength(2);
});

it("reports no gap for an alarm in time, for given times, or without any time", () => {
  expect(lateAlarmGaps(late, begun(1), [])).toEqual([]);
  expect(lateAlarmGaps(late, begun(-10), [])).toEqual([]);
  expect(lateAlarmGaps(late, { onsetMs: null }, [])).toEqual([]);
  expect(lateAlarmGaps(anIncident(), begun(9), [])).toEqual([]);
  expect(lateAlarmGaps({ ...late, window: { startMs: 0, endMs: ALARM_MS } }, begun(9), [])).toEqual([]);
});
